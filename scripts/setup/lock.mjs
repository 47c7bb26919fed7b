// One set-up at a time per thing that is set up; the others wait and then find it done.
import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { say } from './progress.mjs'

const refreshMs = 5_000
const abandonedMs = 60_000
const pollMs = 300

/**
 * Runs `work` while holding the lock file at `path`. A lock is taken over when its owner is dead; of an owner on another machine that
 * cannot be known, so there it is when it was not refreshed for a minute.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true })
  const owner = JSON.stringify({ pid: process.pid, startedAt: startedAt(process.pid), host: thisHost(), token: randomUUID() })
  let waiting = false
  while (!tryAcquire(path, owner)) {
    if (!waiting)
      say(
        '[set-up]   another set-up is at work here; waiting for it (process ' +
          `${/"pid":(\d+)/.exec(readText(path))?.[1] ?? 'unknown'}, ${path})`,
      )
    waiting = true
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  // Somebody on another machine may have taken it over meanwhile: theirs is neither kept alive nor taken away.
  const isOurs = () => readText(path) === owner
  const refresh = setInterval(() => isOurs() && touch(path), refreshMs)
  const release = () => isOurs() && rmSync(path, { force: true })
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
  if (create(path, owner)) return true
  const seen = readText(path)
  if (seen !== null && isAbandoned(path, seen)) takeAway(path, seen)
  return create(path, owner)
}

function create(path, owner) {
  try {
    writeFileSync(path, owner, { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}

/** Takes the lock away in one step; of several waiters only one succeeds. One that was a moment too late gives back what it took. */
function takeAway(path, seen) {
  const old = `${path}.old-${process.pid}`
  try {
    renameSync(path, old)
    if (readText(old) !== seen) linkSync(old, path)
  } catch {
    // Somebody else was faster.
  }
  rmSync(old, { force: true })
}

function isAbandoned(path, text) {
  let owner
  try {
    owner = JSON.parse(text)
  } catch {
    return ageMs(path) > abandonedMs // Being written this moment, unless it never was.
  }
  // Age says nothing here: after the machine has slept, the lock of a living owner is old as well.
  return owner.host === thisHost() ? !isAlive(owner) : ageMs(path) > abandonedMs
}

function isAlive({ pid, startedAt: since }) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error.code !== 'EPERM') return false
  }
  const now = startedAt(pid)
  return !since || !now || since === now
}

/**
 * With it a process number names one process for good; null where it cannot be told. A dead process that nobody has asked after yet
 * never started.
 */
function startedAt(pid) {
  const stat = readText(`/proc/${pid}/stat`)
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields ? (fields[0] === 'Z' ? 'never' : `${readText('/proc/sys/kernel/random/boot_id')?.trim()} ${fields[19]}`) : null
}

/** Containers may share a name and a cache, but not each other's process numbers. */
function thisHost() {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

function ageMs(path) {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
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
