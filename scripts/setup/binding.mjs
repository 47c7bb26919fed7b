// tfjs's native binding and our own TensorFlow ops, compiled against libtensorflow in the cache. N-API is ABI-stable: one binary serves
// Node 16 and later, Electron included.
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { cacheRoot, isProvided, platformName, provide } from './cache.mjs'
import { build, findCompiler } from './compiler.mjs'
import { kernelCompilation, kernelFiles } from './kernels.mjs'
import { chooseVariant, hasWheel, libtensorflowFolder, tensorflowVersion } from './libtensorflow.mjs'
import { step } from './progress.mjs'
import { inProject } from './project.mjs'

const napiVersion = 8
const tfjs = () => inProject('node_modules', '@tensorflow', 'tfjs-node-gpu')
/** Where the npm packages bring the binding's sources. */
export const bindingSources = () => join(tfjs(), 'binding')
const napiHeaders = () => inProject('node_modules', 'node-api-headers', 'include')

/** Where tfjs looks for its binding: a folder of its own, here a link into the cache. */
export function bindingLink() {
  return join(tfjs(), 'lib', `napi-v${napiVersion}`)
}

/** Where the cache keeps the binding made of certain sources, by default this clone's. */
export function bindingFolder(variant, sources = sourceHash(variant)) {
  return join(cacheRoot(), 'binding', `${tensorflowVersion}-${variant}-${platformName()}-${sources.slice(0, 12)}`)
}

/** Compiles the binding unless it is in the cache, or all the same if `anew`. Returns its folder. */
export async function ensureBinding(variant, anew = false) {
  const key = sourceHash(variant)
  const folder = bindingFolder(variant)
  if (isProvided(folder, key) && !anew) return folder
  await step("TensorFlow binding and Skiplab's own operations: compiling C++, about half a minute", () =>
    provide(folder, key, (work) => compile(work, folder, variant), anew),
  )
  return folder
}

const bindingFile = 'tfjs_binding.node'
const kernelsFile = 'skiplab_kernels.node'
const nativeModules = [bindingFile, kernelsFile]

/**
 * Bindings for a packaged app, one for each kind of libtensorflow that this platform has: they find the library in the cache by a path
 * relative to their own place there. Linked against the library that is here; both kinds offer the same functions.
 */
export async function portableBindings(folder) {
  const variants = ['cpu', 'cuda'].filter((variant) => hasWheel(variant))
  for (const variant of variants) {
    const target = join(folder, variant)
    mkdirSync(target, { recursive: true })
    const key = sourceHash(variant)
    if (isProvided(bindingFolder(variant), key))
      nativeModules.forEach((file) => copyFileSync(join(bindingFolder(variant), file), join(target, file)))
    else await compile(target, bindingFolder(variant), variant, chooseVariant(process.env.SKIPLAB_TENSORFLOW))
    writeFileSync(join(target, 'place.json'), JSON.stringify({ folder: basename(bindingFolder(variant)), key }))
  }
}

/** Puts a binding that `portableBindings` made into the cache. @returns {Promise<string>} its path there */
export async function installPortableBinding(folder, variant) {
  const { folder: name, key } = JSON.parse(readFileSync(join(folder, variant, 'place.json'), 'utf8'))
  const target = join(cacheRoot(), 'binding', name)
  await provide(target, key, (work) => nativeModules.forEach((file) => copyFileSync(join(folder, variant, file), join(work, file))))
  return join(target, bindingFile)
}

/** Points tfjs at a compiled binding; in one rename, so that nobody sees a moment without it. */
export function linkBinding(folder) {
  const link = bindingLink()
  if (existsSync(link) && realpathSync(link) === realpathSync(folder)) return
  mkdirSync(dirname(link), { recursive: true })
  const fresh = `${link}.new-${process.pid}`
  symlinkSync(folder, fresh, 'junction')
  const present = lstatSync(link, { throwIfNoEntry: false })
  if (present && (!present.isSymbolicLink() || process.platform === 'win32')) rmSync(link, { recursive: true, force: true })
  renameSync(fresh, link)
}

/** @param linked the kind of libtensorflow that is here to be linked against */
async function compile(work, finalFolder, variant, linked = variant) {
  const compiler = findCompiler()
  const tensorflow = join(libtensorflowFolder(linked), 'tensorflow')
  const binding = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(bindingSources(), name))
  // Relative to the binding, so that the whole cache may be moved.
  const link = linkOptions(tensorflow, relative(finalFolder, join(libtensorflowFolder(variant), 'tensorflow')))
  const kernels = kernelCompilation(work, [...moduleOptions(tensorflow), '-Wno-psabi'])
  await sideBySide([
    () => build(compiler, [...moduleOptions(tensorflow), `-I${tfjs()}`, '-O2', ...binding, ...link, '-o', join(work, bindingFile)]),
    ...kernels.objects.map((args) => () => build(compiler, args, { silent: true })),
  ])
  await build(compiler, [...kernels.module, ...link, '-o', join(work, kernelsFile)])
  kernels.objectFiles.forEach((file) => rmSync(file))
}

/** Does tasks, as many at a time as there are processors. */
async function sideBySide(tasks) {
  const open = [...tasks]
  const take = async () => {
    for (let task; (task = open.shift());) await task()
  }
  await Promise.all(Array.from({ length: availableParallelism() }, take))
}

/** Options of every source file that becomes part of a native module. */
function moduleOptions(tensorflow) {
  return [
    '-std=c++17',
    '-fPIC',
    '-w',
    `-DNAPI_VERSION=${napiVersion}`,
    '-DBUILDING_NODE_EXTENSION',
    `-I${napiHeaders()}`,
    `-I${join(tensorflow, 'include')}`,
  ]
}

/** @param search where the module finds TensorFlow's libraries, seen from its own place */
function linkOptions(tensorflow, search) {
  const mac = process.platform === 'darwin'
  const kind = mac
    ? ['-bundle', '-undefined', 'dynamic_lookup', `-Wl,-rpath,@loader_path/${search}`]
    : ['-shared', `-Wl,-rpath,$ORIGIN/${search}`]
  const ending = mac ? '2.dylib' : 'so.2'
  return [...kind, join(tensorflow, `libtensorflow_cc.${ending}`), join(tensorflow, `libtensorflow_framework.${ending}`)]
}

/** Names everything that goes into a binding: another hash, another binding. */
export function sourceHash(variant) {
  const hash = createHash('sha256').update(`${tensorflowVersion} ${variant} ${platformName()} napi${napiVersion} layout3`)
  const folder = bindingSources()
  for (const file of [
    ...readdirSync(folder)
      .sort()
      .map((name) => join(folder, name)),
    ...kernelFiles(),
  ])
    hash.update(readFileSync(file))
  return hash.digest('hex')
}
