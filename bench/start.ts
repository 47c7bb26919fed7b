import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { z } from 'zod'
import { integer } from '../src/main/cli/values.ts'
import { readCommandLine } from './command-line.ts'
import { describeMachine, machineText } from './machine.ts'
import { openBrowser, quantile, ready } from './page/browser.ts'
import { type Figure, inFolder, tell } from './page/figures.ts'
import { serveLab, skiplab } from './page/lab-server.ts'

// `npm run bench:start [-- STARTS]`: from the command to a workbench that can be used, in a new workspace each time.
const project = resolve(import.meta.dirname, '..')
const about = 'From the command to a workbench that can be used, in a new workspace each time.'
const { args } = readCommandLine('npm run bench:start --', about, (command) =>
  command.argument('[starts]', 'starts of each program', integer('a number of starts', 1, 1000)),
)
const starts = Number(args[0] ?? 5)

/** Seconds from `npm start` to a window whose view can be used, asked of Chromium's own debugger every 10 ms. */
async function startWindow(folder: string): Promise<number> {
  const workspace = join(folder, 'workspace')
  // As root, Chromium's own sandbox does not start.
  const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const args = [
    ...flags,
    '--disable-gpu',
    '--remote-debugging-port=0',
    `--user-data-dir=${join(folder, 'profile')}`,
    `--workspace=${workspace}`,
  ]
  const from = performance.now()
  const child = spawn('npm', ['--silent', 'start', '--', ...args], { cwd: project, stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  const ended = new Promise((done) => child.once('close', done))
  try {
    await untilUsable(new URL(await debuggerAddress(child.stderr)).host)
    return (performance.now() - from) / 1000
  } finally {
    // The whole group: npm would tell its shell, and the shell nobody.
    process.kill(-child.pid!, 'SIGTERM')
    await ended
    skiplab(workspace, 'engine', 'stop')
  }
}

function debuggerAddress(stderr: Readable): Promise<string> {
  return new Promise((done, fail) => {
    const lines: string[] = []
    createInterface({ input: stderr })
      .on('line', (line) => {
        lines.push(line)
        const address = /^DevTools listening on (ws:.*)$/.exec(line)?.[1]
        if (address) done(address)
      })
      .once('close', () => fail(new Error(`npm start ended without a window:\n${lines.join('\n')}`)))
  })
}

const targetsSchema = z.array(z.object({ type: z.string(), webSocketDebuggerUrl: z.string() }))
const evaluatedSchema = z.object({ result: z.object({ result: z.object({ value: z.boolean() }) }) })

async function untilUsable(host: string): Promise<void> {
  const until = performance.now() + 60_000
  while (performance.now() < until) {
    await sleep(10)
    const page = targetsSchema.parse(await (await fetch(`http://${host}/json`)).json()).find(({ type }) => type === 'page')
    if (!page) continue
    const answer = await ask(page.webSocketDebuggerUrl, 'Runtime.evaluate', {
      expression: `document.querySelector('[data-testid=view]:not([inert])') !== null`,
    })
    // While the window goes from its empty page to ours, there is nothing to evaluate in.
    if (evaluatedSchema.safeParse(answer).data?.result.result.value) return
  }
  throw new Error('The window could not be used within a minute.')
}

/** One call of the DevTools protocol. */
async function ask(address: string, method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
  const socket = new WebSocket(address)
  try {
    return await new Promise((done, fail) => {
      socket.onopen = () => socket.send(JSON.stringify({ id: 1, method, params }))
      socket.onmessage = ({ data }) => done(JSON.parse(String(data)))
      socket.onerror = () => fail(new Error(`${method} was not answered`))
    })
  } finally {
    socket.close()
  }
}

/** Seconds from `skiplab serve` to its address, and on to the first view in a browser that is open already. */
async function startServe(folder: string, page: Page): Promise<{ address: number; view: number }> {
  const from = performance.now()
  const seconds = () => (performance.now() - from) / 1000
  const served = await serveLab(join(folder, 'workspace'), ['node', join(project, 'scripts', 'skiplab.mjs')])
  try {
    const address = seconds()
    await page.goto(served.url)
    await ready(page)
    return { address, view: seconds() }
  } finally {
    await page.goto('about:blank')
    await served.end()
  }
}

const windows: number[] = []
const addresses: number[] = []
const views: number[] = []
const { page, browser } = await openBrowser()
for (let turn = 0; turn < starts; turn++) {
  windows.push(await inFolder(startWindow))
  const { address, view } = await inFolder((folder) => startServe(folder, page))
  addresses.push(address)
  views.push(view)
}
await browser.close()

process.stdout.write(`${machineText(describeMachine())}\n`)
const median = (what: string, seconds: readonly number[], bar: number | null): Figure => {
  const range = `${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)}`
  return { what: `${what}, median of ${seconds.length} (${range})`, value: quantile(seconds, 0.5), unit: 's', bar }
}
const failed = tell([
  median('from npm start to a window that can be used', windows, 2.5),
  median('from skiplab serve to its address', addresses, null),
  median('from skiplab serve to the first view', views, 1),
])
process.exitCode = failed ? 1 : 0
