import type { Device } from '../../../common/device.ts'
import { localPlace } from '../../../common/places/place.ts'
import { forecastJob, type JobLoad, type MeasuredJob } from '../../../common/sweep/job-forecast.ts'
import type { Estimate } from '../../../common/sweep/forecast.ts'
import type { RemainingWork } from '../../../common/sweep/timeline.ts'
import type { ForecastJob, JobRows } from '../../store/job-rows.ts'
import type { Store } from '../../store/store.ts'
import type { OccupiedSlot } from '../machine/slot.ts'

/** Tests of checkpoints, or analyses: their rows, and what of them has a slot. */
export interface ForecastJobs {
  readonly rows: Pick<JobRows, 'openWork' | 'measuredWork'>
  readonly runner: { readonly occupied: readonly OccupiedSlot[] }
  /** Number of the job in a slot; null for other slots. */
  readonly idIn: (slot: OccupiedSlot) => number | null
}

/** Estimates what tests and analyses have left, which take the slots before waiting runs do. */
export class JobForecasts {
  readonly #store: Store
  readonly #jobs: readonly ForecastJobs[]

  constructor(store: Store, jobs: readonly ForecastJobs[]) {
    this.#store = store
    this.#jobs = jobs
  }

  get occupied(): OccupiedSlot[] {
    return this.#jobs.flatMap(({ runner }) => runner.occupied)
  }

  /** How many wait for a slot. */
  get waiting(): number {
    return this.#jobs.reduce((sum, { rows }) => sum + rows.openWork().filter(({ state }) => state === 'waiting').length, 0)
  }

  /**
   * Estimates running ones, then waiting ones; null for one of which nothing is known.
   * @param slots all that there are, in their order; a waiting one takes the device of a free one
   */
  remaining(slots: readonly { readonly device: Device; readonly occupied: OccupiedSlot | null }[], free: Device): (RemainingWork | null)[] {
    const found = this.#jobs.flatMap(({ rows, idIn }) => {
      const measured = new Map<string, MeasuredJob[]>()
      return rows.openWork().map((job) => {
        const slot = slots.findIndex(({ occupied }) => occupied !== null && idIn(occupied) === job.id)
        const device = slots[slot]?.device ?? free
        const estimate = this.#estimate(job, device, rows, measured)
        const elapsed = slot >= 0 && job.startedAt !== null ? Date.now() - job.startedAt : 0
        const left = estimate && { ...estimate, ms: Math.max(0, estimate.ms - elapsed) }
        // Tests and analyses are this machine's.
        const estimates = left && new Map([[localPlace, { ...left, jobs: 1 }]])
        return { isRunning: slot >= 0, work: estimates && { runId: null, estimates, slot: slot >= 0 ? slot : null } }
      })
    })
    return [...found.filter(({ isRunning }) => isRunning), ...found.filter(({ isRunning }) => !isRunning)].map(({ work }) => work)
  }

  #estimate(job: ForecastJob, device: Device, rows: ForecastJobs['rows'], measured: Map<string, MeasuredJob[]>): Estimate | null {
    const key = `${device.kind} ${device.name}`
    const known = measured.get(key) ?? rows.measuredWork(device)
    measured.set(key, known)
    const load: JobLoad = { ...job, threads: device.threads, precision: 'fp32' }
    return forecastJob(load, this.#store.speeds.ofDevice(device), known)
  }
}
