import type { Device } from '../../../common/device.ts'
import type { QueueForecast, RunProgress, RunSummary } from '../../../common/records/records.ts'
import {
  type Estimate,
  estimateAt,
  type Expectation,
  expectedSpeed,
  forecast,
  fourInFive,
  learnedSpread,
  type Load,
  type MeasuredSpeed,
  workImages,
} from '../../../common/sweep/forecast.ts'
import { isOpen, nextChange, type TrainingHours } from '../../../common/sweep/hours.ts'
import {
  chanceDoneBy,
  type Finish,
  finishOf,
  type RemainingWork,
  scheduleRuns,
  type TimelineInput,
} from '../../../common/sweep/timeline.ts'
import type { Candidate } from '../../store/queue.ts'
import type { Store } from '../../store/store.ts'
import { deviceAt } from '../../../common/places/device-at.ts'
import type { Places } from '../places/places.ts'
import type { Runner } from '../runs/runner.ts'
import { plannedSlots } from '../machine/scheduler.ts'
import type { Machine, OccupiedSlot } from '../machine/slot.ts'
import { type ForecastJobs, JobForecasts } from './job-forecasts.ts'

/** How long a forecast is kept while nothing changes. */
const freshForMs = 2_000
/** Forecasts take at most 1 / restFactor of the engine's time, however long the queue and however often it changes. */
const restFactor = 20
/** Most runs in a timeline; more make no readable picture. */
const longestTimeline = 2_000
const longestOpenStretches = 60

/** A network that is to be trained for some steps and epochs. */
export interface Training {
  readonly multiplyAdds: number
  readonly batchSize: number
  readonly steps: number
  readonly epochs: number
  readonly evaluationImages: number
}

/** A slot, and what is in it. */
interface PlannedSlot {
  readonly device: Device
  readonly runId: number | null
  /** What has it on this machine: a run, a test or an analysis. */
  readonly occupied: OccupiedSlot | null
  /** Left out for this machine. */
  readonly place?: string
}

/** Forecasts what runs and the queue will take, from this machine's measured speeds. */
export class Forecaster {
  readonly #store: Store
  readonly #runner: Runner
  readonly #machine: Machine
  readonly #places: Places
  readonly #cpuSlots: number | null
  readonly #jobs: JobForecasts
  #finish: Finish | null = null
  #freshUntil = -Infinity
  #restUntil = -Infinity

  constructor(options: {
    store: Store
    runner: Runner
    jobs: readonly ForecastJobs[]
    places: Places
    machine: Machine
    cpuSlots: number | null
  }) {
    this.#jobs = new JobForecasts(options.store, options.jobs)
    this.#places = options.places
    this.#store = options.store
    this.#runner = options.runner
    this.#machine = options.machine
    this.#cpuSlots = options.cpuSlots
  }

  /** Forecasts when the queue is done; null when nothing is left to do or no speed is known. */
  finish(): Finish | null {
    const now = performance.now()
    if (now >= this.#freshUntil && now >= this.#restUntil) {
      const { timeline } = this.#course()
      this.#finish = timeline === null ? null : finishOf(timeline)
      this.#freshUntil = now + freshForMs
      this.#restUntil = now + restFactor * (performance.now() - now)
    }
    return this.#finish
  }

  /** Forgets what was forecast, because the queue changed. */
  forget(): void {
    this.#freshUntil = -Infinity
  }

  /** Forecasts when runs that are queued behind all others will be done. */
  finishBehind(estimates: readonly Estimate[]): Finish | null {
    const { timeline } = this.#course(estimates.length)
    return (
      timeline &&
      finishOf({ ...timeline, work: [...timeline.work, ...estimates.map((estimate) => ({ runId: null, estimate, slot: null }))] })
    )
  }

  /** Tells how far forecasts at distance 0 have been off on this machine, see {@link learnedSpread}. */
  spread(): number {
    return learnedSpread(this.#store.speeds.outcomes())
  }

  /** Forecasts the whole queue. Without any measured speed it holds no runs. */
  forecast(by: number | null): QueueForecast {
    const madeAt = Date.now()
    const { timeline: input, slots: taken } = this.#course()
    const { hours } = this.#store.queue
    const slots = taken.map(({ device, place }) => ({ device, ...(place !== undefined && { place }) }))
    if (input === null) return { madeAt, slots, runs: [], finish: null, chance: null, open: [] }
    const [early, late] = [scheduleRuns(input, -fourInFive), scheduleRuns(input, fourInFive)]
    const runs = scheduleRuns(input)
      .slice(0, longestTimeline)
      .flatMap(({ runId, ...scheduled }, index) =>
        runId === null ? [] : [{ runId, ...scheduled, earliestEndAt: early[index]!.endAt, latestEndAt: late[index]!.endAt }],
      )
    const until = runs.reduce((latest, { latestEndAt }) => Math.max(latest, latestEndAt), madeAt)
    return {
      madeAt,
      slots,
      runs,
      finish: finishOf(input),
      chance: by === null ? null : chanceDoneBy(input, by),
      open: hours === null ? [] : openStretches(hours, madeAt, until),
    }
  }

  /** Estimates what a run takes on a device from its start to its end. */
  estimate(training: Training, device: Device): Estimate | null {
    const speeds = this.#store.speeds.ofDevice(device)
    return forecast(
      { ...loadOf(training, device), images: workImages(training, training.batchSize, training.evaluationImages), starts: true },
      speeds,
    )
  }

  /**
   * Lists the slots and what is to run in them; no timeline while a speed is unknown.
   * @param more runs that are not in the queue yet
   */
  #course(more = 0): { slots: PlannedSlot[]; timeline: TimelineInput | null } {
    const progress = this.#runner.progress
    const active = new Set([...this.#runner.occupied, ...this.#places.lanes()].map(({ runId }) => runId))
    const waiting = this.#store.queue.candidates().filter((candidate) => !active.has(candidate.id))
    const slots = [...this.#slots(waiting.length + this.#jobs.waiting + more), ...this.#lanes(waiting.length + more)]
    const estimator = new Estimator(this.#store)
    const running = progress.map((ofRun): RemainingWork | null => {
      const slot = slots.findIndex(({ runId }) => runId === ofRun.runId)
      const device = slots[slot]?.device
      const estimate = device ? estimator.running(this.#store.runs.get(ofRun.runId), ofRun, device) : null
      return estimate && { runId: ofRun.runId, estimate, slot }
    })
    const free = slots.find(({ runId, occupied }) => runId === null && occupied === null) ?? slots[0]!
    const jobs = this.#jobs.remaining(slots, free.device)
    const queued = waiting.map((run): RemainingWork | null => {
      const estimate = estimator.waiting(run, free.device)
      return estimate && { runId: run.id, estimate, slot: null }
    })
    const work = [...running, ...jobs, ...queued]
    const known = work.filter((each) => each !== null)
    if (known.length < work.length) return { slots, timeline: null }
    const { gpus, cores } = this.#machine
    const here = slots.filter(({ place }) => place === undefined)
    const taken = here.reduce((sum, { occupied, device }) => sum + (occupied === null ? 0 : device.threads), 0)
    const timeline = {
      work: known,
      slots: slots.length,
      full: gpus.length === 0 && taken >= cores && here.length === slots.length,
      now: Date.now(),
      hours: this.#store.queue.hours,
      spread: this.spread(),
    }
    return { slots, timeline }
  }

  /** Lists the slots of places: those in use, and no more free ones than runs wait. */
  #lanes(waiting: number): PlannedSlot[] {
    let free = waiting
    return this.#places
      .lanes()
      .filter(({ runId }) => runId !== null || free-- > 0)
      .map(({ runId, slot: { device, place } }) => ({
        ...{ runId, device: deviceAt(device, place), occupied: null },
        ...(place !== undefined && { place }),
      }))
  }

  /** Lists slots in use, then those that `waiting` runs, tests and analyses would use. */
  #slots(waiting: number): PlannedSlot[] {
    const occupied = [...this.#runner.occupied, ...this.#jobs.occupied]
    const planned = plannedSlots(this.#machine, occupied.length + waiting, this.#cpuSlots)
    if (planned[0]?.gpu !== null) {
      return planned.map(({ device, gpu }) => {
        const has = occupied.find(({ slot }) => slot.gpu === gpu) ?? null
        return { device, runId: has?.runId ?? null, occupied: has }
      })
    }
    const idle = planned.slice(occupied.length).map(({ device }) => ({ device, runId: null, occupied: null }))
    return [...occupied.map((each) => ({ device: each.slot.device, runId: each.runId, occupied: each })), ...idle]
  }
}

/** Estimates runs for one forecast: each device's speeds are read once, equal networks are computed once. */
class Estimator {
  readonly #store: Store
  readonly #speeds = new Map<string, MeasuredSpeed[]>()
  readonly #rates = new Map<string, Expectation | null>()

  constructor(store: Store) {
    this.#store = store
  }

  waiting(run: Candidate, device: Device): Estimate | null {
    const { pinnedKind: kind, pinnedName: name, pinnedThreads: threads, pinnedPrecision } = run
    const precision = pinnedPrecision ?? (run.precision === 'auto' ? device.precision : run.precision)
    const target: Device = kind && name !== null && threads ? { kind, name, threads, precision } : { ...device, precision }
    const rate = this.#rate(loadOf(run, target), target)
    const images = workImages(
      { steps: run.totalSteps - run.stepsDone, epochs: run.totalEpochs - run.epochsDone },
      run.batchSize,
      run.evaluationImages,
    )
    return rate && estimateAt(rate, images, true)
  }

  /** Estimates what a running run has left, from its own speed where nothing better is known. */
  running(run: RunSummary, progress: RunProgress, device: Device): Estimate | null {
    const { batchSize } = run.settings.recipe
    const rate = this.#rate(loadOf({ multiplyAdds: run.multiplyAdds, batchSize }, device), device)
    const left = {
      steps: run.totalSteps - Math.max(progress.step, run.lastEpoch?.step ?? 0),
      epochs: run.totalEpochs - (run.lastEpoch?.epoch ?? 0),
    }
    const images = workImages(left, batchSize, this.#store.runs.schedulingFacts(run.id).evaluationImages)
    if (progress.imagesPerSecond && !(rate && rate.distance < 0.1)) return { ms: (images / progress.imagesPerSecond) * 1000, distance: 0.2 }
    return rate && estimateAt(rate, images, progress.step === 0)
  }

  #rate(load: Load, device: Device): Expectation | null {
    const key = [device.kind, device.name, load.multiplyAdds, load.batchSize, load.threads, load.precision].join()
    const known = this.#rates.get(key)
    if (known !== undefined) return known
    const deviceKey = `${device.kind} ${device.name}`
    const speeds = this.#speeds.get(deviceKey) ?? this.#store.speeds.ofDevice(device)
    this.#speeds.set(deviceKey, speeds)
    const rate = expectedSpeed(load, speeds)
    this.#rates.set(key, rate)
    return rate
  }
}

function loadOf({ multiplyAdds, batchSize }: { multiplyAdds: number; batchSize: number }, { threads, precision }: Device): Load {
  return { multiplyAdds, batchSize, threads, precision }
}

function openStretches(hours: TrainingHours, from: number, until: number): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = []
  let start = isOpen(hours, from) ? from : nextChange(hours, from)
  while (start < until && stretches.length < longestOpenStretches) {
    const end = nextChange(hours, start)
    stretches.push({ from: start, to: end })
    start = nextChange(hours, end)
  }
  return stretches
}
