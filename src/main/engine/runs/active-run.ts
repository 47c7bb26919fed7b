import type { RunProgress, RunSummary } from '../../../common/records/records.ts'
import type { Slot } from '../machine/slot.ts'
import type { AttemptRecorder } from './attempt-recorder.ts'
import type { Intent } from './run-end.ts'
import type { WorkerProcess } from './worker-host.ts'

/** A run that has a process, and what is known of it. */
export interface ActiveRun {
  readonly run: RunSummary
  readonly attempt: number
  readonly slot: Slot
  readonly memoryBytes: number
  /** Of one epoch. */
  readonly evaluationImages: number
  readonly worker: WorkerProcess
  readonly recorder: AttemptRecorder
  readonly graceMs: number
  /** Monotonic. */
  readonly startedAt: number
  intent: Intent
  /** Its process was ended because somebody wanted the run to stop: no crash. */
  killedOnRequest: boolean
  /** The attempt's end is in the database; only the process is still there. */
  ended: boolean
  rssBytes: number
  progress: RunProgress
}
