// The per-user cache: what is large, the same for every clone, and costs minutes to make.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  statfsSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { homeFolder, withHome } from './home.mjs'
import { withLock } from './lock.mjs'
import { SetupProblem } from './problem.mjs'
import { megabytes } from './progress.mjs'

const stampName = 'complete.json'

/** The cache's folder: SKIPLAB_CACHE, or where this system keeps caches. */
export function cacheRoot() {
  if (process.env.SKIPLAB_CACHE) return resolve(withHome(process.env.SKIPLAB_CACHE))
  if (process.platform === 'darwin') return join(homeFolder(), 'Library', 'Caches', 'skiplab')
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? join(homeFolder(), 'AppData', 'Local'), 'skiplab')
  return resolve(withHome(process.env.XDG_CACHE_HOME ?? '') || join(homeFolder(), '.cache'), 'skiplab')
}

/** `linux-x64`, `darwin-arm64`, ... */
export function platformName() {
  return `${process.platform}-${process.arch}`
}

/** Whether `folder` was completed by `provide` with the same key. */
export function isProvided(folder, key) {
  try {
    return JSON.parse(readFileSync(join(folder, stampName), 'utf8')).key === key
  } catch {
    return false
  }
}

/**
 * Makes `folder` once: `make` works in a folder beside it, which is renamed when it is complete. Interrupted at any moment it
 * leaves either the whole thing or nothing that counts; the next attempt clears the rest away.
 * @param {string} folder
 * @param {string} key what it must have been made from to count as done
 * @param {(workFolder: string) => Promise<void> | void} make
 * @param {boolean} [anew] makes it again even if it is there, which stays until then
 */
export async function provide(folder, key, make, anew = false) {
  if (isProvided(folder, key) && !anew) return
  await withLock(`${folder}.lock`, async () => {
    if (isProvided(folder, key) && !anew) return
    clearLeftovers(folder)
    const work = `${folder}.part-${process.pid}`
    mkdirSync(work, { recursive: true })
    try {
      await make(work)
      writeFileSync(join(work, stampName), JSON.stringify({ key }))
      rmSync(folder, { recursive: true, force: true })
      renameSync(work, folder)
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
  })
}

/** Notes once a day that the folder is in use, so that pruning leaves it alone. */
export function noteUse(folder) {
  const stamp = join(folder, stampName)
  const now = new Date()
  try {
    if (now.getTime() - statSync(stamp).mtimeMs > 86_400_000) utimesSync(stamp, now, now)
  } catch {
    // A cache that may only be read is used all the same.
  }
}

function clearLeftovers(folder) {
  const parent = dirname(folder)
  const prefix = `${basename(folder)}.part-`
  for (const name of existsSync(parent) ? readdirSync(parent) : []) {
    if (name.startsWith(prefix)) rmSync(join(parent, name), { recursive: true, force: true })
  }
}

/** Whether a path lies where SKIPLAB_CACHE can move it. */
function isInCache(path) {
  return `${path}${sep}`.startsWith(`${cacheRoot()}${sep}`)
}

/** How to make room in a folder. */
export function spaceFix(folder) {
  return isInCache(folder)
    ? `free some space in ${folder}, or name a folder on another disk in SKIPLAB_CACHE.`
    : `free some space in ${folder}.`
}

/** Refuses a step before it starts when the disk has no room for it. */
export function requireFreeSpace(folder, neededBytes, what) {
  let existing = folder
  while (!existsSync(existing) && existing !== dirname(existing)) existing = dirname(existing)
  const { bavail, bsize } = statfsSync(existing)
  const freeBytes = bavail * bsize
  if (freeBytes >= neededBytes) return
  throw new SetupProblem(
    `${what} needs ${megabytes(neededBytes)} of disk space in ${folder}; ${megabytes(freeBytes)} are free.`,
    spaceFix(folder),
  )
}

/** How to make a folder writable. */
export function accessFix(folder) {
  return isInCache(folder)
    ? `make ${cacheRoot()} a folder that you may write, or name another in SKIPLAB_CACHE.`
    : `make ${folder} writable for you, or use a clone of your own.`
}

/**
 * The fix for a command that failed while it wrote into `folder`: room or leave to write where its output asks for that, else
 * `otherwise`.
 */
export function fixAfter(output, folder, otherwise) {
  if (/ENOSPC|EDQUOT|no space left on device|disk quota exceeded/i.test(output)) return `${spaceFix(folder)} Then run the command again.`
  return /EACCES|EROFS|permission denied|read-only file system/i.test(output) ? accessFix(folder) : otherwise
}
