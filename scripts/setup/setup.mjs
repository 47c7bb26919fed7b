// All set-up of a clone, in order. Each part is done when needed and costs a few file checks when it is done.
import { ensureBuild } from './build.mjs'
import { asProblem } from './filesystem-problem.mjs'
import { ensureNode } from './node.mjs'
import { arePackagesReady, ensurePackages } from './packages.mjs'
import { preflight } from './preflight.mjs'
import { SetupProblem } from './problem.mjs'
import { say } from './progress.mjs'
import { askedHere, ensureRuntime, isRuntimeReady } from './runtime.mjs'

/**
 * Makes the clone runnable: Node, npm packages, TensorFlow, the built program.
 * @param {{thorough?: boolean}} [options] `thorough`: tries what was noted to be done, and makes anew what does not work
 * @returns {Promise<string>} path of the Node to run it with
 */
export async function ensureProgram({ thorough = false } = {}) {
  if (!arePackagesReady() || !isRuntimeReady()) preflight(askedHere())
  const node = await ensureNode()
  await ensurePackages(node, thorough)
  await ensureRuntime(node, thorough)
  await ensureBuild(node)
  return node
}

/** Runs a script's main function; a problem of set-up becomes one message and exit code 1. */
export async function runScript(main) {
  try {
    await main()
  } catch (raw) {
    const error = asProblem(raw)
    say(error instanceof SetupProblem ? `\nSet-up stopped. ${error}` : (error.stack ?? String(error)))
    process.exit(error.exitCode ?? 1)
  }
}
