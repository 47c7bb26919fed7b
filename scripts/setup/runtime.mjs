// The native runtime as a whole: libtensorflow, the binding, the link from node_modules to it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bindingFolder, bindingLink, ensureBinding, linkBinding, sourceHash } from './binding.mjs'
import { cacheRoot, noteUse } from './cache.mjs'
import { withCloneLock } from './clone-lock.mjs'
import { askedTensorflow, chooseVariant, ensureLibtensorflow, hasWheel, libtensorflowFolder, tensorflowVersion } from './libtensorflow.mjs'
import { preflight } from './preflight.mjs'
import { probeBinding } from './probe.mjs'
import { SetupProblem } from './problem.mjs'
import { say, step } from './progress.mjs'
import { inProject } from './project.mjs'
import { ensureUpstream } from './upstream.mjs'

const stampFile = () => inProject('node_modules', '.skiplab', 'runtime.json')
const dayMs = 86_400_000

/** Which TensorFlow this clone was asked to take: now, or the last time somebody said so. */
export function askedHere() {
  return askedTensorflow(readStamp()?.asked)
}

/** Whether the runtime was found to work as it lies here, and what was asked for is what there is. */
export function isRuntimeReady() {
  const stamp = readStamp()
  if (!stamp?.library || !existsSync(join(bindingLink(), 'tfjs_binding.node'))) return false
  if (Object.entries(wish()).some(([name, value]) => stamp[name] !== value)) return false
  if (stamp.library !== 'upstream' && !existsSync(join(libtensorflowFolder(stamp.library), 'tensorflow'))) return false
  // Said aloud, it means now: there may be a GPU since.
  if (process.env.SKIPLAB_TENSORFLOW === 'auto' && stamp.library !== 'upstream' && stamp.library !== chooseVariant('auto')) return false
  return !stamp.fellBackAt || Date.now() - Date.parse(stamp.fellBackAt) < dayMs
}

/**
 * Makes `require('@tensorflow/tfjs-node-gpu')` work for `node`; costs a few file checks when it already does.
 * @param {boolean} thorough tries it whatever was noted, and makes anew what does not work
 */
export async function ensureRuntime(node, thorough) {
  if (!isRuntimeReady() || thorough) {
    await withCloneLock(async () => {
      if (isRuntimeReady() && !thorough) return
      const stamp = await requireWorking(node, await provideRuntime(readStamp()), thorough)
      mkdirSync(dirname(stampFile()), { recursive: true })
      writeFileSync(stampFile(), JSON.stringify(stamp))
    })
  }
  const { asked, library } = readStamp()
  if (library !== 'upstream') for (const folder of [bindingFolder(library), libtensorflowFolder(library)]) noteUse(folder)
  // The engine asks for it, to know whether there is use for a GPU.
  if (asked !== 'auto' || library === 'upstream') process.env.SKIPLAB_TENSORFLOW = library
}

function wish() {
  return { version: tensorflowVersion, asked: askedHere(), cache: cacheRoot(), sources: sourceHash('') }
}

/** @param {'binding' | 'library' | null} [anew] the part to be made again though it is there */
async function provideRuntime(before, anew = null) {
  const stamp = wish()
  if (stamp.asked === 'upstream' || !hasWheel()) {
    await ensureUpstream(anew !== null)
    return { ...stamp, library: 'upstream' }
  }
  if (before?.fellBackAt)
    say(
      `[set-up] TensorFlow ${tensorflowVersion} could not be fetched on ${before.fellBackAt.slice(0, 10)}, so that tfjs's ` +
        'own is in use; trying again',
    )
  try {
    preflight(stamp.asked)
    const variant = chooseVariant(stamp.asked)
    await ensureLibtensorflow(variant, anew === 'library')
    linkBinding(await ensureBinding(variant, anew === 'binding'))
    return { ...stamp, library: variant }
  } catch (error) {
    if (!error.outOfReach || stamp.asked !== 'auto') throw error
    say(`[set-up]   ${error.message}\n[set-up]   taking tfjs's own TensorFlow instead, and trying again in a day or with "npm run setup"`)
    try {
      await ensureUpstream(anew !== null)
    } catch (second) {
      throw second instanceof SetupProblem ? new SetupProblem(`${error.message}\n${second.message}`, error.fix) : second
    }
    return { ...stamp, library: 'upstream', fellBackAt: new Date().toISOString() }
  }
}

/** @returns the stamp of a runtime that works */
async function requireWorking(node, provided, thorough) {
  let stamp = provided
  let probe = await tryOut(node)
  const parts = stamp.library === 'upstream' ? ['library'] : ['binding', 'library']
  for (const part of thorough ? parts : []) {
    if (probe.version) break
    say(`[set-up] It does not work here, so its ${part} is made anew:\n${probe.reason}`)
    try {
      stamp = await provideRuntime(null, part)
    } catch (error) {
      // A damaged library cannot be linked against; it is next.
      if (!(error instanceof SetupProblem) || part === 'library') throw error
    }
    probe = await tryOut(node)
  }
  if (probe.version) return stamp
  const fix = thorough
    ? "SKIPLAB_TENSORFLOW=upstream takes tfjs's own TensorFlow 2.9.1."
    : 'run "npm run setup", which makes anew what does not work.'
  throw new SetupProblem(`TensorFlow (${stamp.library}) does not work here:\n${probe.reason}`, fix)
}

function tryOut(node) {
  return step('TensorFlow binding: trying it with a small product', async () => {
    const probe = await probeBinding(node)
    if (probe.version) say(`[set-up]   TensorFlow ${probe.version} works`)
    return probe
  })
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile(), 'utf8'))
  } catch {
    return null
  }
}
