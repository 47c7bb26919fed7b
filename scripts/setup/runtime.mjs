// The native runtime as a whole: libtensorflow, the binding, the link from node_modules to it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bindingLink, ensureBinding, linkBinding, probeBinding, requireCompiler, sourceHash } from './binding.mjs'
import { cacheRoot } from './cache.mjs'
import { chooseVariant, ensureLibtensorflow, hasWheel, tensorflowVersion } from './libtensorflow.mjs'
import { SetupProblem } from './problem.mjs'
import { say, step } from './progress.mjs'
import { inProject } from './project.mjs'
import { ensureUpstream } from './upstream.mjs'

const stamp = () => inProject('node_modules', '.skiplab', 'runtime.json')

/** Makes `require('@tensorflow/tfjs-node-gpu')` work for `node`; costs a few file checks when it already does. */
export async function ensureRuntime(node) {
  const asked = process.env.SKIPLAB_TENSORFLOW ?? ''
  const wish = JSON.stringify({ version: tensorflowVersion, asked, cache: cacheRoot(), sources: sourceHash(asked) })
  if (existsSync(join(bindingLink(), 'tfjs_binding.node')) && readStamp() === wish) return
  if (asked === 'upstream' || !hasWheel()) await ensureUpstream()
  else {
    try {
      const variant = chooseVariant()
      requireCompiler(variant)
      await ensureLibtensorflow(variant)
      linkBinding(await ensureBinding(variant))
    } catch (error) {
      if (!(error instanceof SetupProblem) || asked || !error.message.startsWith('pip could not download')) throw error
      say(`[set-up]   ${error.message}\n[set-up]   trying tfjs's own TensorFlow instead`)
      try {
        await ensureUpstream()
      } catch (second) {
        throw second instanceof SetupProblem ? new SetupProblem(`${error.message}\n${second.message}`, error.fix) : second
      }
    }
  }
  await step('TensorFlow binding: trying it with a small product', async () => {
    const probe = await probeBinding(node)
    if (!probe.version) throw new SetupProblem(`The TensorFlow binding does not work here:\n${probe.reason}`, `delete ${cacheRoot()} and run the command again; SKIPLAB_TENSORFLOW=upstream takes tfjs's own TensorFlow 2.9.1.`)
    say(`[set-up]   TensorFlow ${probe.version} works`)
  })
  mkdirSync(dirname(stamp()), { recursive: true })
  writeFileSync(stamp(), wish)
}

function readStamp() {
  try {
    return readFileSync(stamp(), 'utf8')
  } catch {
    return null
  }
}
