// Makes docs/images anew from a real sweep: the demo's runs, the page of `skiplab serve`, a real Chromium.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { handOver } from './hand-over.mjs'
import { SetupProblem } from './setup/problem.mjs'
import { inProject } from './setup/project.mjs'
import { findChromium } from './setup/system-packages.mjs'

const pictures = [
  '--folder',
  inProject('docs', 'images'),
  '--views',
  'design,live,layers,compare',
  '--themes',
  'light',
  '--sizes',
  '1440x900',
]

/** @returns the exit code of the first part that failed, else 0 */
export async function makeReadmeImages(node) {
  const chromium = findChromium()
  if (!chromium) throw new SetupProblem('No Chromium or Chrome found.', 'install one, or name it in SKIPLAB_TEST_CHROMIUM.')
  const program = inProject('out', 'main', 'cli.cjs')
  const workspace = ['--workspace', inProject('skiplab-demo')]
  const trained = await handOver(node, [program, 'demo', ...workspace])
  if (trained !== 0) return trained
  const server = spawn(node, [program, 'serve', '--json', '--port', '0', ...workspace], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const url = await addressOf(server)
    return await handOver(node, [inProject('scripts', 'screenshots.mjs'), url, ...pictures], {
      env: { ...process.env, SKIPLAB_TEST_CHROMIUM: chromium },
    })
  } finally {
    server.kill('SIGTERM')
  }
}

/** The page's address, from the server's one line of JSON. */
async function addressOf(server) {
  let text = ''
  for await (const line of createInterface({ input: server.stdout })) {
    text += line
    try {
      return JSON.parse(text).url
    } catch {
      // The value goes on in the next line.
    }
  }
  throw new SetupProblem('The server ended without an address.')
}
