import type { EngineStatus } from '../../../common/records/records.ts'
import { isOpen, nextChange } from '../../../common/sweep/hours.ts'
import type { Candidate } from '../../store/queue.ts'
import type { Store } from '../../store/store.ts'
import { availableMemoryBytes } from '../machine/devices.ts'
import { schedule, type SchedulableRun } from '../machine/scheduler.ts'
import type { Machine } from '../machine/slot.ts'
import type { Runner } from '../runs/runner.ts'
import type { Calibration } from './calibration.ts'
import type { WhenDoneWatch } from './when-done.ts'

/** Most runs that are started at once. */
const lookAhead = 256

interface QueueDriverOptions {
  readonly store: Store
  readonly runner: Runner
  readonly machine: Machine
  readonly calibration: Calibration
  readonly whenDone: WhenDoneWatch
  /** Workers side by side on the CPU; null leaves it to the scheduler. */
  readonly cpuSlots: number | null
  readonly stopping: () => boolean
  readonly diskFull: () => boolean
  readonly log: (message: string) => void
  /** Called when the training hours begin or end. */
  readonly onHours: () => void
}

/** Starts the queue's runs where and when they may run. */
export class QueueDriver {
  readonly #options: QueueDriverOptions
  #open = true
  #scheduled = false

  constructor(options: QueueDriverOptions) {
    this.#options = options
  }

  /** Whether any run trains or waits for it. */
  get working(): boolean {
    return this.#options.runner.busy || this.#waiting
  }

  /** Whether a run may start as soon as there is a slot for it, hours and disk aside. */
  get ready(): boolean {
    return !this.#options.store.queue.paused && this.#waiting
  }

  get hoursStatus(): Pick<EngineStatus, 'hours' | 'closedUntil'> {
    const { hours } = this.#options.store.queue
    const now = Date.now()
    return { hours, closedUntil: hours === null || isOpen(hours, now) ? null : nextChange(hours, now) }
  }

  get #waiting(): boolean {
    return this.#options.store.queue.candidates(1).length > 0
  }

  /** Drives the queue once for many changes. */
  driveSoon(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.drive()
    })
  }

  /** Call about once a second, and when something changed. */
  drive(): void {
    if (this.#options.stopping()) return
    this.#keepHours()
    this.#schedule()
  }

  /** Begins and ends training with the hours that were set. */
  #keepHours(): void {
    const { store, runner, log, onHours } = this.#options
    const { hours } = store.queue
    const open = hours === null || isOpen(hours, Date.now())
    if (open !== this.#open) {
      this.#open = open
      log(open ? 'the training hours begin' : 'the training hours are over')
      onHours()
    }
    if (!open && hours) runner.stopForHours(hours.end)
  }

  #schedule(): void {
    const { store, runner, machine, calibration, whenDone, cpuSlots, diskFull } = this.#options
    if (!this.#open || diskFull() || store.queue.paused) return
    const candidates = store.queue
      .candidates(lookAhead)
      .filter(({ id }) => runner.mayStart(id))
      .map(schedulable)
    if (candidates.length === 0) return
    calibration.cancel()
    const starts = schedule({ candidates, occupied: runner.occupied, machine, freeMemoryBytes: availableMemoryBytes(), cpuSlots })
    if (starts.length > 0) whenDone.noteWork()
    const memory = new Map(candidates.map(({ id, memoryBytes }) => [id, memoryBytes]))
    for (const { runId, slot } of starts) void runner.start(runId, slot, memory.get(runId) ?? 0)
  }
}

function schedulable({ id, memoryBytes, precision, pinnedKind, pinnedName, pinnedThreads, pinnedPrecision }: Candidate): SchedulableRun {
  const pinned = pinnedKind && pinnedThreads && pinnedPrecision
  return {
    id,
    memoryBytes,
    precision,
    pinned: pinned ? { kind: pinnedKind, name: pinnedName ?? '', threads: pinnedThreads, precision: pinnedPrecision } : null,
  }
}
