import type { Device, PrecisionChoice } from '../../../common/device.ts'
import { deviceAt, measuredAt } from '../../../common/places/device-at.ts'
import { localPlace } from '../../../common/places/place.ts'
import type { QueueForecast } from '../../../common/records/records.ts'
import { type Estimate, forecast, fourInFive, learnedSpread, workImages } from '../../../common/sweep/forecast.ts'
import { isOpen, nextChange, type TrainingHours } from '../../../common/sweep/hours.ts'
import type { EstimateInJobs } from '../../../common/sweep/in-jobs.ts'
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
import type { PlaceLane } from '../places/known-place.ts'
import type { Places } from '../places/places.ts'
import type { Runner } from '../runs/runner.ts'
import { plannedSlots } from '../machine/scheduler.ts'
import type { Machine } from '../machine/slot.ts'
import { type ForecastJobs, JobForecasts } from './job-forecasts.ts'
import { Estimator, type PlannedSlot, type WaitingWork } from './estimator.ts'

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

/** Training that is planned and not queued yet. */
export interface PlannedTraining extends Training {
  readonly precision: PrecisionChoice
}

/** Forecasts what runs and the queue will take, from measured speeds of this machine and of each place. */
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

  /**
   * Forecasts when runs that are queued behind all others will be done.
   * @param place that they would be bound to; null: any
   */
  finishBehind(trainings: readonly PlannedTraining[], place: string | null): Finish | null {
    const { timeline } = this.#course({ trainings, place })
    return timeline && finishOf(timeline)
  }

  /** Forecasts what runs take that have all slots for themselves, in milliseconds from 0. @returns null while no speed is known */
  finishAlone(trainings: readonly PlannedTraining[], place: string | null): Finish | null {
    const slots = this.slotsOf(place, trainings.length)
    const estimator = new Estimator(this.#store, this.#here)
    const kinds = oneOfEach(slots)
    const work = trainings.map((training) => waitingWork(estimator, null, plannedWork(training), kinds, place))
    const known = work.filter((each) => each !== null)
    if (known.length < work.length) return null
    return finishOf({ work: known, slots: placesOf(slots), full: false, now: 0, hours: null, spread: this.spread() })
  }

  /** Lists the slots that a sweep would have for itself at a place, or everywhere (null); at least one. */
  slotsOf(place: string | null, runs: number): PlannedSlot[] {
    const here = plannedSlots(this.#machine, runs, this.#cpuSlots).map(({ device }) => emptySlotOf(device))
    const there = place === localPlace ? [] : this.#places.allSlots(place).map(laneSlot)
    return place === null ? [...here, ...there] : there.length > 0 ? there : here
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
    const slots = taken.map(({ device, place, job }) => ({
      device: deviceAt(device, place),
      ...(place !== undefined && { place }),
      ...(job && { jobLimitMs: job.limitMs }),
    }))
    if (input === null) return { madeAt, slots, runs: [], finish: null, chance: null, open: [] }
    const [early, late] = [scheduleRuns(input, -fourInFive), scheduleRuns(input, fourInFive)]
    const runs = scheduleRuns(input)
      .slice(0, longestTimeline)
      .flatMap(({ runId, jobs, ...scheduled }, index) => {
        const ends = { earliestEndAt: early[index]!.endAt, latestEndAt: late[index]!.endAt }
        return runId === null ? [] : [{ runId, ...scheduled, ...ends, ...(jobs > 1 && { jobs }) }]
      })
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

  /** Estimates what a run takes on a device from its start to its end. @param place of the device; left out for this machine */
  estimate(training: Training, device: Device, place?: string): Estimate | null {
    const { multiplyAdds, batchSize } = training
    const { threads, precision } = device
    const images = workImages(training, batchSize, training.evaluationImages)
    const speeds = this.#store.speeds.ofDevice(measuredAt(device, place))
    return forecast({ multiplyAdds, batchSize, threads, precision, images, starts: true }, speeds)
  }

  /** Estimates one run in a slot that {@link slotsOf} told of; also where nothing was measured at its place yet. */
  estimateIn(slot: PlannedSlot, training: PlannedTraining): EstimateInJobs | null {
    const estimates = new Estimator(this.#store, this.#here).waiting(plannedWork(training), [slot], null)
    return estimates?.get(slot.place ?? localPlace) ?? null
  }

  get #here(): Device {
    return plannedSlots(this.#machine, 1, this.#cpuSlots)[0]!.device
  }

  /** Lists the slots and what is to run in them; no timeline while a speed is unknown. @param more runs that are not in the queue yet */
  #course(more: { readonly trainings: readonly PlannedTraining[]; readonly place: string | null } = { trainings: [], place: null }): {
    slots: PlannedSlot[]
    timeline: TimelineInput | null
  } {
    const active = new Set([...this.#runner.occupied, ...this.#places.lanes()].map(({ runId }) => runId))
    const waiting = [
      ...this.#store.queue
        .candidates()
        .filter(({ id }) => !active.has(id))
        .map((run) => ({ runId: run.id, place: run.place, work: candidateWork(run) })),
      ...more.trainings.map((training) => ({ runId: null, place: more.place, work: plannedWork(training) })),
    ]
    const slots = [
      ...this.#slots(waiting.filter(({ place }) => place === null || place === localPlace).length + this.#jobs.waiting),
      ...this.#lanes(waiting.filter(({ place }) => place !== localPlace).length),
    ]
    const estimator = new Estimator(this.#store, this.#here)
    const running = this.#runner.progress.map((progress): RemainingWork | null => {
      const slot = slots.findIndex(({ runId }) => runId === progress.runId)
      const planned = slots[slot]
      const estimate = planned ? estimator.running(this.#store.runs.get(progress.runId), progress, planned) : null
      return planned && estimate ? { runId: progress.runId, estimates: new Map([[planned.place ?? localPlace, estimate]]), slot } : null
    })
    const kinds = oneOfEach(slots)
    const queued = waiting.map(({ runId, work: each, place }) => waitingWork(estimator, runId, each, kinds, place))
    const work = [...running, ...this.#jobs.remaining(slots, kinds.find(({ place }) => place === undefined)!.device), ...queued]
    const known = work.filter((each) => each !== null)
    if (known.length < work.length) return { slots, timeline: null }
    const { gpus, cores } = this.#machine
    const taken = slots.reduce((sum, { occupied, device }) => sum + (occupied === null ? 0 : device.threads), 0)
    const timeline = {
      // Runs that are bound to a place which starts none now: nobody knows when they will train.
      work: known.filter(({ estimates }) => estimates.size > 0),
      slots: placesOf(slots),
      full: gpus.length === 0 && taken >= cores,
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
      .map(laneSlot)
  }

  /** Lists slots in use, then those that `waiting` runs, tests and analyses would use. */
  #slots(waiting: number): PlannedSlot[] {
    const occupied = [...this.#runner.occupied, ...this.#jobs.occupied]
    const planned = plannedSlots(this.#machine, occupied.length + waiting, this.#cpuSlots)
    if (planned[0]?.gpu !== null) {
      return planned.map(({ device, gpu }) => {
        const has = occupied.find(({ slot }) => slot.gpu === gpu) ?? null
        return { device, runId: has?.runId ?? null, occupied: has, job: null }
      })
    }
    const idle = planned.slice(occupied.length).map(({ device }) => emptySlotOf(device))
    return [...occupied.map((each) => ({ device: each.slot.device, runId: each.runId, occupied: each, job: null })), ...idle]
  }
}

function laneSlot({ runId, slot: { device, place }, job }: PlaceLane): PlannedSlot {
  return { device, runId, job, occupied: null, ...(place !== undefined && { place }) }
}

/** A free slot of this machine. */
function emptySlotOf(device: Device): PlannedSlot {
  return { device, runId: null, occupied: null, job: null }
}

function placesOf(slots: readonly PlannedSlot[]): string[] {
  return slots.map(({ place = localPlace }) => place)
}

/** Takes one slot of each place, a free one where there is one. */
function oneOfEach(slots: readonly PlannedSlot[]): PlannedSlot[] {
  const free = slots.filter(({ runId, occupied }) => runId === null && occupied === null)
  return [...new Map([...slots, ...free.reverse()].map((slot) => [slot.place, slot])).values()]
}

function waitingWork(
  estimator: Estimator,
  runId: number | null,
  work: WaitingWork,
  slots: readonly PlannedSlot[],
  place: string | null,
): RemainingWork | null {
  const estimates = estimator.waiting(work, slots, place)
  return estimates && { runId, estimates, slot: null }
}

function plannedWork({ multiplyAdds, batchSize, precision, steps, epochs, evaluationImages }: PlannedTraining): WaitingWork {
  return { multiplyAdds, batchSize, precision, pinned: null, images: workImages({ steps, epochs }, batchSize, evaluationImages) }
}

/** What a run of the queue has left. */
function candidateWork(run: Candidate): WaitingWork {
  const { multiplyAdds, batchSize, precision, pinnedKind: kind, pinnedThreads: threads, pinnedPrecision } = run
  const left = { steps: run.totalSteps - run.stepsDone, epochs: run.totalEpochs - run.epochsDone }
  const pinned = kind && threads && pinnedPrecision ? { kind, threads, precision: pinnedPrecision } : null
  return { multiplyAdds, batchSize, precision, pinned, images: workImages(left, batchSize, run.evaluationImages) }
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
