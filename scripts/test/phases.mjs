// The phases of `npm test`. Each returns its counts; runners print straight to the terminal.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { inProject, projectRoot } from '../setup/project.mjs'
import { findChromium } from '../setup/system-packages.mjs'
import { countListed, countPlaywright, countVitest, noCounts, readReport, settle } from './reports.mjs'

const tool = (...parts) => inProject('node_modules', ...parts)
const results = (name) => inProject('test-results', `${name}.json`)

/** Runs a program with its output on ours; resolves with its exit code. */
function show(command, args, env = {}) {
  return end(spawn(command, args, { cwd: projectRoot, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } }))
}

/** Runs a program and prints what it said once it has ended, so that programs side by side do not mix; resolves with its exit code. */
async function showAtEnd(command, args, env = {}) {
  const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
  const child = spawn(command, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...colours, ...env } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const code = await end(child)
  process.stdout.write(output)
  return code
}

/** Waits for a program, and passes on what would stop us; resolves with its exit code once its output is read. */
function end(child) {
  return new Promise((resolve) => {
    // Told to stop, a runner stops its own processes; leaving it alone would leave them running.
    const stop = (signal) => {
      child.kill(signal)
      process.exitCode = 1
    }
    process.on('SIGINT', stop).on('SIGTERM', stop)
    const finish = (code) => {
      process.off('SIGINT', stop).off('SIGTERM', stop)
      if (process.exitCode) process.exit()
      resolve(code)
    }
    child.on('error', (error) => {
      console.error(error.message)
      finish(127)
    })
    child.on('close', (code) => finish(code ?? 1))
  })
}

/** A tool without a report of its own counts as one check. */
async function check(command, args) {
  const code = await showAtEnd(command, args)
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
}

export function lint({ node }) {
  return check(node, [tool('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0'])
}

/** Finds files, exports and dependencies that nothing uses (knip.config.ts). */
export function unused({ node }) {
  return check(node, [tool('knip', 'bin', 'knip.js')])
}

/** Lines as the formatter breaks them; `npm run format` mends. */
export function format({ node }) {
  return check(node, [tool('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'])
}

export function typesNode({ node }) {
  return check(node, [tool('typescript', 'bin', 'tsc'), '-p', 'tsconfig.node.json'])
}

export function typesWeb({ node }) {
  if (!existsSync(inProject('src', 'renderer'))) return { ...noCounts(), note: 'no renderer yet' }
  return check(node, [tool('vue-tsc', 'bin', 'vue-tsc.js'), '-p', 'tsconfig.web.json'])
}

export function unit(context) {
  return vitest(context, 'unit')
}

export function integration(context) {
  return vitest(context, 'integration')
}

async function vitest({ node, paths }, project) {
  const report = results(project)
  rmSync(report, { force: true })
  const args = [
    tool('vitest', 'vitest.mjs'),
    'run',
    ...paths,
    '--project',
    project,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
  ]
  args.push('--reporter=./test/support/skip-reasons.ts', `--outputFile.json=${report}`)
  const code = await show(node, args, { SKIPLAB_NODE: node })
  const json = readReport(report)
  return settle(code, json && countVitest(json))
}

export function electron(context) {
  const env = { SKIPLAB_TEST_ELECTRON: context.electron ?? '' }
  return playwright(context, 'electron', env, context.missing.electron)
}

export function chromium(context) {
  const path = findChromium()
  return playwright(context, 'chromium', path ? { SKIPLAB_TEST_CHROMIUM: path } : {}, context.missing.chromium)
}

async function playwright(context, project, env, missing) {
  if (!hasBrowserTests(project)) return { ...noCounts(), note: `there are no test files for ${project} in test/e2e` }
  const program = [tool('@playwright', 'test', 'cli.js'), 'test', ...context.paths, '--project', project]
  const report = results(`e2e-${project}`)
  rmSync(report, { force: true })
  const outputs = { PLAYWRIGHT_JSON_OUTPUT_FILE: report, SKIPLAB_NODE: context.node, ...env }
  if (missing) {
    await show(context.node, [...program, '--list', '--reporter=json'], outputs)
    const listed = readReport(report)
    const tests = Math.max(1, listed ? countListed(listed) : 1)
    return context.ci ? { ...noCounts(), failed: tests, note: missing } : { ...noCounts(), skipped: tests, note: missing }
  }
  // A folder of its own, which Playwright empties first: both kinds run side by side.
  const args = [...program, '--reporter=list,json', `--output=${inProject('test-results', `e2e-${project}`)}`]
  const code =
    project === 'electron'
      ? await showAtEnd(...onAScreen(context.node, [...args, '--workers=1']), outputs)
      : await show(context.node, args, outputs)
  const json = readReport(report)
  const counts = json && countPlaywright(json)
  for (const reason of counts?.reasons ?? []) console.log(`skipped: ${reason}`)
  return settle(code, counts)
}

/** The command that runs a program of windows, which Linux gives a screen that nobody sees. @returns {[string, string[]]} */
function onAScreen(node, args) {
  return process.platform === 'linux' ? ['xvfb-run', ['-a', '--server-args=-screen 0 1600x1200x24', node, ...args]] : [node, args]
}

/** Whether test/e2e holds files of this kind; see playwright.config.ts for the naming. */
function hasBrowserTests(project) {
  if (!existsSync(inProject('test', 'e2e'))) return false
  const names = readdirSync(inProject('test', 'e2e'), { recursive: true }).map(String)
  return names.some((name) => name.endsWith('.e2e.ts') && name.endsWith('.electron.e2e.ts') === (project === 'electron'))
}
