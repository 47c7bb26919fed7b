// The two halves of the packaged app, laid out in a folder: `app` for Electron's archive, `lab` for the plain Node beside it.
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { portableBindings } from '../setup/binding.mjs'
import { providePortableNode } from '../setup/node.mjs'
import { inProject } from '../setup/project.mjs'

/** Packages with native parts, which the bundler leaves outside; everything else is in the programs already. */
const nativePackages = ['better-sqlite3', 'sharp', '@julusian/jpeg-turbo', 'node-liblzma']
/** Sources and documents of packages are not run. */
const leftOut = /[\\/](deps|src|binding|docs?|test|\.github)$|\.(md|map|gyp|gypi|h|c|cc|cpp|d\.ts)$/i

/** @returns {Promise<{app: string, lab: string}>} */
export async function stage(folder) {
  rmSync(folder, { recursive: true, force: true })
  const app = join(folder, 'app')
  const lab = join(folder, 'lab')
  stageApp(app)
  stagePrograms(lab)
  for (const name of nativePackages) stagePackage(name, join(lab, 'node_modules'))
  stageSetup(lab)
  await stageNode(lab)
  await portableBindings(join(lab, 'binding'))
  return { app, lab }
}

function stageApp(app) {
  copyProgram('app.cjs', join(app, 'out', 'main'))
  for (const part of ['preload', 'renderer']) cpSync(inProject('out', part), join(app, 'out', part), { recursive: true })
  writeManifest(app, { main: 'out/main/app.cjs' })
}

function stagePrograms(lab) {
  for (const name of ['engine.cjs', 'worker.cjs', 'image-thread.cjs', 'place-launcher.cjs', 'cli.cjs'])
    copyProgram(name, join(lab, 'out', 'main'))
  cpSync(inProject('out', 'renderer'), join(lab, 'out', 'renderer'), { recursive: true })
  writeManifest(lab, {})
}

function writeManifest(folder, more) {
  const { name, version, description, license } = JSON.parse(readFileSync(inProject('package.json'), 'utf8'))
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name, productName: 'Skiplab', version, description, license, author: 'The Skiplab project', ...more }, null, 2),
  )
}

/** A built program and the chunks that it asks for. */
function copyProgram(name, target) {
  if (existsSync(join(target, name))) return
  const source = inProject('out', 'main', name)
  mkdirSync(target, { recursive: true })
  copyFileSync(source, join(target, name))
  for (const [, chunk] of readFileSync(source, 'utf8').matchAll(/(?:require|import)\("\.\/([^"]+\.cjs)"\)/g)) copyProgram(chunk, target)
}

/** A package with what it depends on, as far as this platform has it. */
function stagePackage(name, modules) {
  const source = inProject('node_modules', name)
  if (!existsSync(source) || existsSync(join(modules, name))) return
  cpSync(source, join(modules, name), {
    recursive: true,
    dereference: true,
    filter: (path) => path === source || !leftOut.test(path.slice(source.length)),
  })
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies }))
    if (needed !== 'node-addon-api') stagePackage(needed, modules)
}

/** The set-up code of a clone: it brings TensorFlow into the per-user cache at the first start. */
function stageSetup(lab) {
  const target = join(lab, 'scripts', 'setup')
  mkdirSync(target, { recursive: true })
  for (const file of readdirSync(inProject('scripts', 'setup'))) copyFileSync(inProject('scripts', 'setup', file), join(target, file))
  mkdirSync(join(lab, 'scripts', 'package'))
  copyFileSync(inProject('scripts', 'package', 'first-start.mjs'), join(lab, 'scripts', 'package', 'first-start.mjs'))
}

async function stageNode(lab) {
  const source = await providePortableNode()
  const target = join(lab, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  mkdirSync(dirname(target))
  copyFileSync(source, target)
  chmodSync(target, 0o755)
}
