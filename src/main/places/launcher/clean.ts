import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentRequest } from '../job/agent-protocol.ts'
import { jobFiles } from '../job/job-files.ts'
import { isAlive, readLock } from './job-lock.ts'

/** Names of the entries of a folder, apart from what is half-written; none where there is no folder. */
export function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => !name.includes('.part')) : []
}

/** Whether a job has said its last event: its process is over. */
export function hasEnded(folder: string): boolean {
  const file = join(folder, jobFiles.events)
  return existsSync(file) && readFileSync(file, 'utf8').trimEnd().split('\n').at(-1)?.startsWith('{"exit"') === true
}

/** Removes a workspace's jobs that nobody needs, then trees that were not used for long, then files that are in no tree. */
export function clean({ root, workspace, keep, unusedMs }: Extract<AgentRequest, { do: 'clean' }>): void {
  const jobs = join(root, 'jobs', workspace)
  for (const name of namesIn(jobs)) {
    const folder = join(jobs, name)
    const lock = readLock(folder)
    if (!keep.includes(name) && !(lock && isAlive(lock))) rmSync(folder, { recursive: true, force: true })
  }
  const isOld = (path: string): boolean => Date.now() - statSync(path).mtimeMs > unusedMs
  const trees = join(root, 'trees')
  for (const name of existsSync(trees) ? readdirSync(trees) : []) {
    const path = join(trees, name)
    // The mark is written whenever a run uses the tree; no job may be left that was started with it.
    const used = join(path, '.used')
    if (isOld(existsSync(used) ? used : path)) rmSync(path, { recursive: true, force: true })
  }
  const store = join(root, 'store')
  for (const name of existsSync(store) ? readdirSync(store) : []) {
    const path = join(store, name)
    if (statSync(path).nlink === 1 && isOld(path)) rmSync(path, { recursive: true, force: true })
  }
}
