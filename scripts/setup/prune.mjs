// Old versions in the cache. Clones of different ages share it, so what goes is only what nobody has used for a month.
import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bindingFolder } from './binding.mjs'
import { cacheRoot } from './cache.mjs'
import { hasWheel, libtensorflowFolder } from './libtensorflow.mjs'
import { folderBytes, megabytes, say } from './progress.mjs'

const unusedMs = 30 * 86_400_000

/** Removes bindings and libraries that this clone does not use and that no other has used lately, and says so. */
export function pruneCache(now = Date.now()) {
  const ours = ['cpu', 'cuda']
    .filter((variant) => hasWheel(variant))
    .flatMap((variant) => [bindingFolder(variant), libtensorflowFolder(variant)])
  for (const part of ['binding', 'libtensorflow']) {
    const folder = join(cacheRoot(), part)
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const path = join(folder, name)
      if (ours.includes(path) || now - lastUsedMs(path) < unusedMs) continue
      const bytes = folderBytes(path)
      // Away in one step, so that nobody meets half of it; the new name is one that set-up clears away if this is interrupted.
      const doomed = `${path}.part-${process.pid}`
      renameSync(path, doomed)
      rmSync(doomed, { recursive: true, force: true })
      say(`[set-up] Removed ${path} (${megabytes(bytes)}): this clone does not use it, and nobody has for 30 days`)
    }
  }
}

/**
 * When any file at a path was last written, noted as used, or read where the system keeps that: a clone of an older version notes
 * nothing.
 */
function lastUsedMs(path) {
  try {
    const { mtimeMs, atimeMs } = lstatSync(path)
    const names = lstatSync(path).isDirectory() ? readdirSync(path) : null
    return names ? Math.max(mtimeMs, ...names.map((name) => lastUsedMs(join(path, name)))) : Math.max(mtimeMs, atimeMs)
  } catch {
    return Infinity // Going away or changing this moment: somebody is at it.
  }
}
