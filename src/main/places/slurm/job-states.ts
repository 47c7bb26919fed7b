import type { JobEnd, JobState } from '../../../common/places/job-state.ts'
import type { JobRow } from './job-rows.ts'
import { pendingWords } from './pending-reasons.ts'

/** Slurm's states of jobs that are over. */
const ends: Readonly<Record<string, readonly [JobEnd, string | null]>> = {
  COMPLETED: ['exited', null],
  FAILED: ['exited', null],
  CANCELLED: ['cancelled', 'cancelled in Slurm, from outside'],
  REVOKED: ['cancelled', 'Slurm moved it to another cluster'],
  TIMEOUT: ['time-limit', 'the time of its job was over'],
  DEADLINE: ['time-limit', 'its deadline in Slurm was over'],
  OUT_OF_MEMORY: [
    'out-of-memory',
    'it took more memory than Slurm gave it: give it more by the further line --mem=64G of the place, or train it in smaller micro-batches',
  ],
  NODE_FAIL: ['node-failed', 'its node failed'],
  BOOT_FAIL: ['node-failed', 'its node could not be started'],
  LAUNCH_FAILED: ['node-failed', 'its node could not start it'],
  RECONFIG_FAIL: ['node-failed', 'its node could not be set up'],
  PREEMPTED: ['preempted', 'Slurm gave its node to another job'],
}
const runs = new Set(['RUNNING', 'COMPLETING', 'STAGE_OUT', 'RESIZING', 'SIGNALING', 'STOPPED'])

/** Words for states that count as waiting and for which Slurm gives no reason. */
const waits: Readonly<Record<string, string>> = {
  CONFIGURING: 'CONFIGURING: its node is being set up',
  SUSPENDED: 'SUSPENDED: Slurm halted it for another job',
}

/** Whether a job was started before and waits for another start, or had one. */
function isRequeued({ state, restarts }: JobRow): boolean {
  return restarts > 0 || state.startsWith('REQUEUE') || state === 'SPECIAL_EXIT'
}

/**
 * Tells what a row of Slurm means for a run's attempt. A job that Slurm starts again is over: its script begins once, and the run goes on
 * in the job of its next attempt.
 */
export function jobStateOf(row: JobRow): JobState {
  const [cause, words] = ends[row.state] ?? []
  if (cause !== undefined && (cause !== 'exited' || row.restarts === 0)) return { state: 'ended', cause, words: words ?? null }
  if (isRequeued(row)) return { state: 'ended', cause: 'requeued', words: 'Slurm put its job back into the queue' }
  if (runs.has(row.state)) return { state: 'running' }
  const word = row.state === 'PENDING' ? pendingWords(row.reason) : (waits[row.state] ?? row.state)
  return { state: 'pending', reason: word }
}

/** The same for a job of which Slurm knows nothing any more: its events tell what it did. */
export const forgotten: JobState = { state: 'ended', cause: 'gone', words: null }

/** The same for a job that ended by itself after Slurm told it that its time is nearly over. */
export const outOfTime: JobState = { state: 'ended', cause: 'time-limit', words: 'the time of its job was nearly over' }
