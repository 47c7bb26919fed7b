import type { RunProgress, RunSummary } from '../../../common/records/records.ts'
import type { Slot } from '../machine/slot.ts'
import type { AttemptRecorder } from './attempt-recorder.ts'
import type { Intent } from './run-end.ts'
import type { Worker } from '../../places/local/worker-process.ts'

/** A run that has a worker process, and its state. */
export interface ActiveRun {
  readonly run: RunSummary
  readonly attempt: number
  readonly slot: Slot
  readonly memoryBytes: number
  /** Images that one epoch's evaluation takes. */
  readonly evaluationImages: number
  readonly worker: Worker
  /** Leaves its worker alone, for the next engine; null for one of this machine, which ends with this engine. */
  readonly detach: (() => void) | null
  readonly recorder: AttemptRecorder
  readonly graceMs: number
  /** Monotonic time, ms. */
  readonly startedAt: number
  intent: Intent
  /** Whether its process was killed because a person wanted the run to stop: not a crash. */
  killedOnRequest: boolean
  /** Why it was taken away from its place, in words; null where it was not. */
  givenUp: string | null
  /** Whether the attempt's end is in the database and only the process still there. */
  ended: boolean
  rssBytes: number
  progress: RunProgress
}
