import type { Device } from '../../../common/device.ts'
import type { EvaluationState } from '../../../common/evaluation/evaluation.ts'
import type { WorkerReport, WorkerStart } from '../../../common/rpc/worker-protocol.ts'
import type { JobRows, OpenJob } from '../../store/job-rows.ts'
import type { Announcements } from '../journal/journal.ts'
import type { OccupiedSlot } from '../machine/slot.ts'

/** All that the worker of a job needs, looked over. */
export interface PreparedJob {
  /** The run that it works on, or the first. */
  readonly runId: number
  readonly job: WorkerStart['job']
  /** Multiply-adds of its longest step, from which follows how long it may be silent. */
  readonly stepMultiplyAdds: number
  /** Stores that an attempt begins. @returns its number */
  begin(device: Device, now: number): number
}

/**
 * What one kind of work on checkpoints has of its own. Starting, watching, stopping, storing the end and trying again are the same for
 * all: see {@link JobRunner}.
 */
export interface JobDesk<Progress, Outcome> {
  /** "evaluation", as logs call it. */
  readonly name: string
  readonly rows: Pick<JobRows, 'open' | 'setProcess' | 'end' | 'waitAgain'>
  needsWorker(job: OpenJob): boolean
  /** @throws SkiplabError where it cannot be done: a run trains again, or its data set or checkpoint is not what it was */
  prepare(id: number): Promise<PreparedJob>
  slotOf(id: number): Pick<OccupiedSlot, 'runId' | 'evaluationId' | 'analysisId'>
  logName(id: number): string
  /** Progress before the worker's first report. */
  starting(id: number): Progress
  /** null for a report that tells of no progress. */
  progressOf(id: number, report: WorkerReport): Progress | null
  publishProgress(progress: Progress): void
  /** What a last report came to; null for one that is not the last of this kind of work. @throws Error where it is not what it should be */
  outcomeOf(id: number, report: WorkerReport): Outcome | null
  /** Stores what it came to, and writes an event. */
  finish(announce: Announcements, id: number, outcome: Outcome): void
  /** Writes an event of its failure. */
  sayFailed(announce: Announcements, id: number, reason: string): void
  /** Tells clients of its new state. */
  changed(announce: Announcements, id: number): void
  /** Removes files that nobody needs any more. @param became what the job is now */
  cleanUp(id: number, became: EvaluationState): void
}
