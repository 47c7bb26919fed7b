import type { Device, PrecisionChoice } from '../../../common/device.ts'
import { measuredAt } from '../../../common/places/device-at.ts'
import { localPlace } from '../../../common/places/place.ts'
import type { RunProgress, RunSummary } from '../../../common/records/records.ts'
import {
  type Estimate,
  estimateAt,
  type Expectation,
  expectedSpeed,
  type Load,
  type MeasuredSpeed,
  workImages,
} from '../../../common/sweep/forecast.ts'
import { type EstimateInJobs, inJobs } from '../../../common/sweep/in-jobs.ts'
import type { Store } from '../../store/store.ts'
import type { OccupiedSlot } from '../machine/slot.ts'

/** A slot, and what is in it. */
export interface PlannedSlot {
  readonly device: Device
  readonly runId: number | null
  /** What has it on this machine: a run, a test or an analysis. */
  readonly occupied: OccupiedSlot | null
  /** Left out for this machine. */
  readonly place?: string
  /** Longest time of a job there, and how much of it is left to train until its last checkpoint; null: as long as it takes. */
  readonly job: { readonly limitMs: number; readonly trainMs: number } | null
}

/** Training that waits for a slot. */
export interface WaitingWork {
  readonly multiplyAdds: number
  readonly batchSize: number
  readonly precision: PrecisionChoice
  /** What it trained on before: threads and precision stay. */
  readonly pinned: Pick<Device, 'kind' | 'threads' | 'precision'> | null
  /** See {@link workImages}. */
  readonly images: number
}

/** How far a place is from this machine as long as nothing was measured there. */
const guessDistance = 1.5

/** Estimates runs for one forecast: each device's speeds are read once, equal networks are computed once. */
export class Estimator {
  readonly #store: Store
  /** A device of this machine, whose speeds stand in for those of a place where nothing trained yet. */
  readonly #here: Device
  readonly #speeds = new Map<string, MeasuredSpeed[]>()
  readonly #rates = new Map<string, Expectation | null>()

  constructor(store: Store, here: Device) {
    this.#store = store
    this.#here = here
  }

  /**
   * What a run takes at each place of which a slot is given and where it may train.
   * @param bound place that it is bound to; null: any
   * @returns null where no speed is known at any of them
   */
  waiting(work: WaitingWork, slots: readonly PlannedSlot[], bound: string | null): ReadonlyMap<string, EstimateInJobs> | null {
    const open = slots.filter(({ place = localPlace }) => bound === null || place === bound)
    const known = new Map(
      open.flatMap((slot) => {
        const estimate = this.#inSlot(work, slot)
        return estimate ? [[slot.place ?? localPlace, estimate] as const] : []
      }),
    )
    return known.size === 0 && open.length > 0 ? null : known
  }

  /** Estimates what a running run has left, from its own speed where nothing better is known. */
  running(run: RunSummary, progress: RunProgress, slot: PlannedSlot): EstimateInJobs | null {
    const { batchSize } = run.settings.recipe
    const rate = this.#rate(loadOf({ multiplyAdds: run.multiplyAdds, batchSize }, slot.device), slot)
    const left = {
      steps: run.totalSteps - Math.max(progress.step, run.lastEpoch?.step ?? 0),
      epochs: run.totalEpochs - (run.lastEpoch?.epoch ?? 0),
    }
    const images = workImages(left, batchSize, this.#store.runs.schedulingFacts(run.id).evaluationImages)
    const own: Estimate | null =
      progress.imagesPerSecond && !(rate && rate.distance < 0.1)
        ? { ms: (images / progress.imagesPerSecond) * 1000, distance: 0.2 }
        : rate && estimateAt(rate, images, progress.step === 0)
    // How much of its present job is over only the scheduler knows: it counts as new.
    return own && inJobs(own, rate?.startMs ?? 0, slot.job?.trainMs ?? null)
  }

  #inSlot({ precision: choice, pinned, images, ...network }: WaitingWork, slot: PlannedSlot): EstimateInJobs | null {
    const { device } = slot
    const threads = pinned?.kind === device.kind ? pinned.threads : device.threads
    const precision = pinned?.precision ?? (choice === 'auto' ? device.precision : choice)
    const rate = this.#rate(loadOf(network, { threads, precision }), slot)
    return rate && inJobs(estimateAt(rate, images, true), rate.startMs, slot.job?.trainMs ?? null)
  }

  #rate(load: Load, { device, place }: PlannedSlot): Expectation | null {
    const key = [device.kind, device.name, place, load.multiplyAdds, load.batchSize, load.threads, load.precision].join()
    const known = this.#rates.get(key)
    if (known !== undefined) return known
    const rate = expectedSpeed(load, this.#speedsOf(measuredAt(device, place))) ?? this.#guess(load, device, place)
    this.#rates.set(key, rate)
    return rate
  }

  #guess(load: Load, device: Device, place: string | undefined): Expectation | null {
    if (place === undefined || device.kind !== this.#here.kind) return null
    const rate = expectedSpeed(load, this.#speedsOf(this.#here))
    return rate && { ...rate, distance: rate.distance + guessDistance }
  }

  #speedsOf(device: Device): MeasuredSpeed[] {
    const key = `${device.kind} ${device.name}`
    const speeds = this.#speeds.get(key) ?? this.#store.speeds.ofDevice(device)
    this.#speeds.set(key, speeds)
    return speeds
  }
}

function loadOf(
  { multiplyAdds, batchSize }: { multiplyAdds: number; batchSize: number },
  { threads, precision }: Pick<Device, 'threads' | 'precision'>,
): Load {
  return { multiplyAdds, batchSize, threads, precision }
}
