import { existsSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { z } from 'zod'
import type { Tree } from '../place.ts'
import type { HashedFiles } from './hashed-files.ts'

/** Packages with native parts that a worker loads when it reads images; all else is in its program. */
const nativePackages = ['@julusian/jpeg-turbo']
/** Sources and documents of packages are not run. */
const leftOut = /(?:^|[\\/])(?:deps|src|binding|docs?|test|\.github)(?:[\\/]|$)|\.(?:md|map|gyp|gypi|h|c|cc|cpp|d\.ts|d\.mts|d\.cts)$/i

/** Names of programs in the tree. */
export const programPaths = { worker: 'out/main/worker.cjs', launcher: 'out/main/place-launcher.cjs' } as const

/**
 * Lists the programs that train a run at a place, with all that they load.
 * @param workerScript the built worker
 * @param launcherScript the built launcher
 */
export async function programTree(workerScript: string, launcherScript: string, hashed: HashedFiles): Promise<Tree> {
  const paths = new Map<string, string>([[programPaths.worker, workerScript]])
  for (const script of [workerScript, launcherScript]) {
    const name = script === workerScript ? basename(programPaths.worker) : basename(programPaths.launcher)
    paths.set(`out/main/${name}`, script)
    addChunks(script, paths)
  }
  const imageThread = join(dirname(workerScript), 'image-thread.cjs')
  if (existsSync(imageThread)) {
    paths.set('out/main/image-thread.cjs', imageThread)
    addChunks(imageThread, paths)
  }
  for (const name of nativePackages) await addPackage(name, dirname(launcherScript), paths)
  const files = new Map<string, Awaited<ReturnType<HashedFiles['blobOf']>>>()
  for (const [path, file] of [...paths].sort(([a], [b]) => (a < b ? -1 : 1))) files.set(path, await hashed.blobOf(file))
  return { name: 'program', files }
}

/** Adds the files that the bundler split off and that a script asks for. */
function addChunks(script: string, paths: Map<string, string>): void {
  for (const [, chunk] of readFileSync(script, 'utf8').matchAll(/(?:require|import)\("\.\/([^"]+\.cjs)"\)/g)) {
    const path = `out/main/${chunk}`
    if (paths.has(path)) continue
    const file = join(dirname(script), chunk ?? '')
    paths.set(path, file)
    addChunks(file, paths)
  }
}

const manifestSchema = z.looseObject({
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
})

/** Adds a package and what it depends on, as far as this platform has it. */
async function addPackage(name: string, from: string, paths: Map<string, string>): Promise<void> {
  const source = findPackage(name, from)
  const marker = `node_modules/${name}/package.json`
  if (source === null || paths.has(marker)) return
  const entries = await readdir(source, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name)
    const inside = relative(source, file)
    if (!entry.isFile() || leftOut.test(inside) || inside.startsWith(`node_modules${sep}`)) continue
    paths.set(`node_modules/${name}/${inside.split(sep).join('/')}`, file)
  }
  const { dependencies, optionalDependencies } = manifestSchema.parse(JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')))
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies }))
    if (needed !== 'node-addon-api') await addPackage(needed, source, paths)
}

function findPackage(name: string, from: string): string | null {
  const folder = join(from, 'node_modules', name)
  if (existsSync(join(folder, 'package.json'))) return folder
  return from === dirname(from) ? null : findPackage(name, dirname(from))
}
