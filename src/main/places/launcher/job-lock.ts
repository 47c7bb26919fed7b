import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { hasCode } from '../../../common/caught.ts'
import { processStartedAt } from '../../workspace/process-identity.ts'
import { jobFiles, type JobLock, jobLockSchema } from '../job/job-files.ts'

/**
 * Makes this process the one that has the job.
 * @returns false while another process has it. A scheduler that starts a job anew (`SLURM_RESTART_COUNT`) has ended the first.
 */
export function takeJob(folder: string): boolean {
  const path = join(folder, jobFiles.lock)
  const own: JobLock = { host: hostname(), pid: process.pid, processStarted: processStartedAt(process.pid) }
  const mine = `${path}.${own.host}.${process.pid}`
  writeFileSync(mine, JSON.stringify(own))
  try {
    linkSync(mine, path)
    rmSync(mine)
    return true
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
  const before = readLock(folder)
  const startedAnew = Number(process.env.SLURM_RESTART_COUNT ?? '0') > 0
  if (before && !startedAnew && (before.host !== own.host || isAlive(before))) {
    rmSync(mine)
    return false
  }
  renameSync(mine, path)
  return true
}

/** Reads which process has a job; null before any has it. */
export function readLock(folder: string): JobLock | null {
  try {
    return jobLockSchema.parse(JSON.parse(readFileSync(join(folder, jobFiles.lock), 'utf8')))
  } catch {
    return null
  }
}

/** Tells whether the process of a lock lives, on the machine that asks. */
export function isAlive({ host, pid, processStarted }: JobLock): boolean {
  return host === hostname() && processStarted !== null && processStartedAt(pid) === processStarted
}
