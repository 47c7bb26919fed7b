import type { EngineStatus } from '../../../common/records/records.ts'
import { localPlace } from '../../../common/places/place.ts'
import { isOpen, nextChange } from '../../../common/sweep/hours.ts'
import type { Candidate as WaitingRun } from '../../store/queue.ts'
import type { Store } from '../../store/store.ts'
import { availableMemoryBytes } from '../machine/devices.ts'
import { schedule, type Schedulable } from '../machine/scheduler.ts'
import type { JobRunner } from '../jobs/job-runner.ts'
import type { Machine, Slot } from '../machine/slot.ts'
import type { Places } from '../places/places.ts'
import type { Runner } from '../runs/runner.ts'
import type { Calibration } from './calibration.ts'
import type { WhenDoneWatch } from './when-done.ts'

/** Most runs that are started at once. */
const lookAhead = 256

interface QueueDriverOptions {
  readonly store: Store
  readonly runner: Runner
  /** Work on checkpoints, those first that start first. */
  readonly jobs: readonly { readonly busy: boolean; readonly runner: JobRunner<unknown, unknown> }[]
  readonly places: Places
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

/** Something that waits for a slot, and how it starts there. */
interface Candidate extends Schedulable {
  /** Place that it is bound to; null: any. Evaluations are this machine's. */
  readonly place: string | null
  start(slot: Slot): Promise<void>
}

interface WaitingCandidate extends Candidate {
  readonly runId: number
}

/** Starts evaluations, analyses and the queue's runs where and when they may run; in this order, since people wait for the first. */
export class QueueDriver {
  readonly #options: QueueDriverOptions
  #open = true
  #scheduled = false

  constructor(options: QueueDriverOptions) {
    this.#options = options
  }

  /** Whether anything runs or waits for it. */
  get working(): boolean {
    const { runner, jobs } = this.#options
    return runner.busy || jobs.some((each) => each.busy) || this.#waiting
  }

  /** Whether a run, an evaluation or an analysis may start as soon as there is a slot for it, hours and disk aside. */
  get ready(): boolean {
    return !this.#options.store.queue.paused && this.#waiting
  }

  get hoursStatus(): Pick<EngineStatus, 'hours' | 'closedUntil'> {
    const { hours } = this.#options.store.queue
    const now = Date.now()
    return { hours, closedUntil: hours === null || isOpen(hours, now) ? null : nextChange(hours, now) }
  }

  get #waiting(): boolean {
    const { store, jobs } = this.#options
    return store.queue.candidates(1).length > 0 || jobs.some((each) => each.runner.waiting > 0)
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
    const { store, runner, jobs, log, onHours } = this.#options
    const { hours } = store.queue
    const open = hours === null || isOpen(hours, Date.now())
    if (open !== this.#open) {
      this.#open = open
      log(open ? 'the training hours begin' : 'the training hours are over')
      onHours()
    }
    if (open || !hours) return
    runner.stopForHours(hours.end)
    for (const each of jobs) each.runner.stopForHours(hours.end)
  }

  #schedule(): void {
    const { store, diskFull } = this.#options
    if (diskFull() || store.queue.paused) return
    const runs = this.#runs()
    const here = this.#open ? this.#scheduleHere(runs.filter(({ place }) => place === null || place === localPlace)) : []
    this.#scheduleAtPlaces(runs.filter((run) => !here.includes(run) && run.place !== localPlace))
  }

  /** @returns what was started on this machine */
  #scheduleHere(runs: readonly Candidate[]): Candidate[] {
    const { runner, jobs, machine, calibration, whenDone, cpuSlots } = this.#options
    const candidates = [...this.#jobs(), ...runs]
    if (candidates.length === 0) return []
    calibration.cancel()
    const occupied = [...runner.occupied, ...jobs.flatMap((each) => each.runner.occupied)]
    const starts = schedule({ candidates, occupied, machine, freeMemoryBytes: availableMemoryBytes(), cpuSlots })
    if (starts.length > 0) whenDone.noteWork()
    for (const { candidate, slot } of starts) void candidate.start(slot)
    return starts.map(({ candidate }) => candidate)
  }

  /** Fills free slots of other places, each with the first run that may go there. Training hours are this machine's alone. */
  #scheduleAtPlaces(runs: WaitingCandidate[]): void {
    const { places, runner, whenDone } = this.#options
    for (const { runId, slot } of places.lanes()) {
      if (runId !== null) continue
      const index = runs.findIndex(({ place }) => place === null || place === slot.place)
      const [run] = index < 0 ? [] : runs.splice(index, 1)
      if (!run) continue
      whenDone.noteWork()
      places.take(run.runId, slot)
      void run.start(slot).finally(() => runner.isActive(run.runId) || places.giveBack(run.runId, slot))
    }
  }

  #jobs(): Candidate[] {
    // In fp32: what was trained in bf16, too, is tested as other programs would test it.
    return this.#options.jobs.flatMap(({ runner }) =>
      runner.candidates().map(({ id, memoryBytes }) => ({
        memoryBytes,
        precision: 'fp32' as const,
        pinned: null,
        place: localPlace,
        start: (slot: Slot) => runner.start(id, slot, memoryBytes),
      })),
    )
  }

  #runs(): WaitingCandidate[] {
    const { store, runner } = this.#options
    return store.queue
      .candidates(lookAhead)
      .filter(({ id }) => runner.mayStart(id))
      .map((run) => ({
        ...schedulable(run),
        place: run.place,
        runId: run.id,
        start: (slot) => runner.start(run.id, slot, run.memoryBytes),
      }))
  }
}

function schedulable({ memoryBytes, precision, pinnedKind, pinnedName, pinnedThreads, pinnedPrecision }: WaitingRun): Schedulable {
  const pinned = pinnedKind && pinnedThreads && pinnedPrecision
  return {
    memoryBytes,
    precision,
    pinned: pinned ? { kind: pinnedKind, name: pinnedName ?? '', threads: pinnedThreads, precision: pinnedPrecision } : null,
  }
}
