// What `npm run NAME` does: set-up, then the program.
import { existsSync } from 'node:fs'
import { handOver } from './hand-over.mjs'
import { makeReadmeImages } from './readme-images.mjs'
import { requireScreen, requireStartable } from './setup/desktop.mjs'
import { ensureElectron, ensureTestElectron } from './setup/electron.mjs'
import { SetupProblem } from './setup/problem.mjs'
import { inProject, projectRoot } from './setup/project.mjs'
import { pruneCache } from './setup/prune.mjs'
import { ensurePeerPython, ensurePeerVision } from './setup/python-venv.mjs'
import { findChromium } from './setup/system-packages.mjs'
import { ensureProgram, runScript } from './setup/setup.mjs'

const [name, ...args] = process.argv.slice(2)

const commands = {
  setup: async () => {
    pruneCache()
    return 0
  },
  build: async () => 0,
  demo: (node) => handOver(node, [inProject('out', 'main', 'cli.cjs'), 'demo', ...args]),
  start: async (node) => {
    const env = { ...process.env, SKIPLAB_NODE: node }
    delete env.ELECTRON_RUN_AS_NODE
    requireScreen(args)
    const electron = await ensureElectron(node)
    requireStartable(electron, args)
    return handOver(electron, [projectRoot, ...args], { env })
  },
  bench: async (node) => withPeer(node, 'bench', needsVision() ? { SKIPLAB_PEER_VISION: await ensurePeerVision() } : {}),
  parity: (node) => withPeer(node, 'parity'),
  screenshots: makeReadmeImages,
  package: (node) => handOver(node, [inProject('scripts', 'package', 'package.mjs'), ...args]),
  'bench:page': (node) => withChromium(node, 'page/index'),
  'bench:analyses': (node) => runTypeScript(node, 'analyses', {}),
  'bench:places': (node) => runTypeScript(node, 'places', {}),
  'bench:start': async (node) =>
    withChromium(node, 'start', { SKIPLAB_ELECTRON: process.env.SKIPLAB_ELECTRON ?? (await ensureTestElectron(node)) }),
  'schema-fixture': (node) => handOver(node, [inProject('scripts', 'schema-fixture.mjs')]),
  trials: (node) => runTypeScript(node, 'trials', {}),
  'trials:propagation': (node) => runTypeScript(node, 'propagation', {}),
}

/** Whether bench is to run its data part, as it does unless `--only` names others. */
function needsVision() {
  return args.some((arg) => arg.includes('data')) || !args.some((arg) => arg.startsWith('--only'))
}

/** Runs bench/NAME.ts with SKIPLAB_PEER_PYTHON naming a Python that has PyTorch. */
async function withPeer(node, program, env = {}) {
  return runTypeScript(node, program, { SKIPLAB_PEER_PYTHON: await ensurePeerPython(), ...env })
}

/** Runs bench/NAME.ts with SKIPLAB_TEST_CHROMIUM naming a browser. */
async function withChromium(node, program, env = {}) {
  const chromium = findChromium()
  if (!chromium) throw new SetupProblem('No Chromium or Chrome found.', 'install one, or name it in SKIPLAB_TEST_CHROMIUM.')
  return runTypeScript(node, program, { SKIPLAB_TEST_CHROMIUM: chromium, ...env })
}

function runTypeScript(node, program, env) {
  const file = inProject('bench', `${program}.ts`)
  if (!existsSync(file)) throw new SetupProblem(`bench/${program}.ts does not exist.`)
  return handOver(node, [file, ...args], { env: { ...process.env, SKIPLAB_NODE: node, ...env } })
}

await runScript(async () => {
  const command = commands[name]
  if (!command) throw new SetupProblem(`There is no command "${name ?? ''}".`, `use one of ${Object.keys(commands).join(', ')}.`)
  process.exitCode = await command(await ensureProgram({ thorough: name === 'setup' }))
})
