import type { EngineStatus } from '../../../common/records/records.ts'
import type { Store } from '../../store/store.ts'
import type { Broadcast } from '../journal/journal.ts'
import type { Analyses } from '../analyses/analyses.ts'
import type { Evaluations } from '../evaluations/evaluations.ts'
import type { DiskBudget } from '../library/disk-budget.ts'
import type { DiskWatch } from '../machine/disk-watch.ts'
import type { Machine } from '../machine/slot.ts'
import type { Calibration } from '../queue/calibration.ts'
import type { Forecaster } from '../queue/forecaster.ts'
import { freeSlots } from '../queue/free-slots.ts'
import type { QueueDriver } from '../queue/queue-driver.ts'
import type { LeftoverHours } from '../queue/leftover-hours.ts'
import type { WhenDoneWatch } from '../queue/when-done.ts'
import type { RunShutdown } from '../runs/run-shutdown.ts'
import { deviceAt } from '../../../common/places/device-at.ts'
import type { Places } from '../places/places.ts'
import type { Runner } from '../runs/runner.ts'

/** Changes within this time are told together. */
const delayMs = 150
const repeatMs = 60_000

interface StatusTellerOptions {
  readonly workspace: string
  /** Version of the program. */
  readonly version: string
  readonly store: Store
  readonly runner: Runner
  readonly places: Places
  readonly evaluations: Evaluations
  readonly analyses: Analyses
  readonly machine: Machine
  readonly forecaster: Forecaster
  readonly whenDone: WhenDoneWatch
  readonly leftoverHours: LeftoverHours
  readonly calibration: Calibration
  readonly driver: QueueDriver
  readonly shutdown: RunShutdown
  readonly disk: DiskWatch
  readonly diskBudget: DiskBudget
  readonly broadcast: Broadcast
  /** How often clients hear of the status while runs train or wait, changed or not; a minute by default. */
  readonly repeatMs: number | undefined
}

/** Tells clients how the engine is doing. */
export class StatusTeller {
  readonly #options: StatusTellerOptions
  readonly #startedAt = Date.now()
  #timer: NodeJS.Timeout | null = null
  #toldAt = performance.now()

  constructor(options: StatusTellerOptions) {
    this.#options = options
  }

  status(): EngineStatus {
    const { workspace, version, store, runner, places, evaluations, analyses, machine, forecaster, whenDone } = this.#options
    const { calibration, driver, shutdown, disk, diskBudget, leftoverHours } = this.#options
    const { progress } = runner
    const occupied = [runner, evaluations.runner, analyses.runner].flatMap(({ occupied: each }) => each)
    const waiting = store.runs.countInStates(['waiting', 'interrupted'])
    return {
      workspace,
      pid: process.pid,
      version,
      startedAt: this.#startedAt,
      paused: store.queue.paused,
      stopping: shutdown.announced,
      slots: [
        ...occupied.map(({ slot, memoryToCome: _, ...what }) => ({ device: slot.device, ...what })),
        ...freeSlots(
          machine,
          occupied.map(({ slot }) => slot),
        ),
        ...places.lanes().map(({ runId, slot: { device, place } }) => ({
          device: deviceAt(device, place),
          runId,
          evaluationId: null,
          analysisId: null,
          ...(place !== undefined && { place }),
        })),
      ],
      running: progress,
      evaluating: evaluations.runner.progress,
      evaluationsWaiting: evaluations.runner.waiting,
      analysing: analyses.runner.progress,
      analysesWaiting: analyses.runner.waiting,
      waiting,
      held: store.runs.countInStates(['held']),
      // A forecast that rests must not outlive the last of what is to be done.
      forecast: occupied.length + waiting + evaluations.runner.waiting + analyses.runner.waiting > 0 ? forecaster.finish() : null,
      ...driver.hoursStatus,
      diskFull: disk.full,
      overBudget: diskBudget.over,
      leftover: leftoverHours.on,
      whenDone: store.queue.whenDone,
      ending: whenDone.ending,
      measuring: calibration.busy,
    }
  }

  tell(): void {
    this.#toldAt = performance.now()
    this.#options.broadcast('engine.changed', this.status())
    this.#options.broadcast('places.changed', this.#options.places.list())
  }

  /** Tells the status soon, because something changed. */
  tellSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.tell()
    }, delayMs)
  }

  /** Call about once a second while runs train or wait: forecasts move with the clock. */
  tellIfOld(): void {
    if (performance.now() - this.#toldAt >= (this.#options.repeatMs ?? repeatMs)) this.tell()
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }
}
