// One set-up at a time per thing that is set up; the others wait and then find it done.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { say } from './progress.mjs'

const refreshMs = 5_000
const abandonedMs = 60_000
const pollMs = 300

/**
 * Runs `work` while holding the lock file at `path`. A lock whose owner is dead, or has not refreshed it for a minute, is taken over.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true })
  const owner = JSON.stringify({ pid: process.pid, host: hostname() })
  let waiting = false
  while (!tryAcquire(path, owner)) {
    if (!waiting) say(`[set-up]   another set-up is at work here; waiting for it`)
    waiting = true
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  const refresh = setInterval(() => touch(path), refreshMs)
  const release = () => rmSync(path, { force: true })
  process.on('exit', release)
  try {
    return await work()
  } finally {
    clearInterval(refresh)
    process.off('exit', release)
    release()
  }
}

function tryAcquire(path, owner) {
  try {
    writeFileSync(path, owner, { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  if (isAbandoned(path)) {
    try {
      // Renaming takes the old lock away in one step; of several waiters only one succeeds.
      const old = `${path}.old-${process.pid}`
      renameSync(path, old)
      rmSync(old, { force: true })
    } catch {
      // Somebody else was faster.
    }
  }
  return false
}

function isAbandoned(path) {
  let text
  let ageMs
  try {
    text = readFileSync(path, 'utf8')
    ageMs = Date.now() - statSync(path).mtimeMs
  } catch {
    return false
  }
  if (ageMs > abandonedMs) return true
  try {
    const { pid, host } = JSON.parse(text)
    return host === hostname() && !isAlive(pid)
  } catch {
    return false // Being written this moment.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function touch(path) {
  try {
    const now = new Date()
    utimesSync(path, now, now)
  } catch {
    // Taken away from outside: the work itself is safe, it ends in one rename.
  }
}
