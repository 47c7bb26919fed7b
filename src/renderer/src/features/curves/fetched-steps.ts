import { type ShallowRef, shallowRef } from 'vue'
import { ContinuedAverage } from '../../../../common/analysis/smoothing.ts'
import type { StepSample } from '../../../../common/records/records.ts'
import { api } from '../../connection/api.ts'
import { attempt } from '../../ui/messages.ts'
import { type Fetched, mergeSteps, noSteps, type StepQuery, type StepSeries, type StepWindow } from './step-series.ts'

/** Enough for two points in every pixel column of a wide chart; the engine keeps extremes and what is not a number. */
const maximumPoints = 2_000

/** What was fetched of one run's steps for one query: the whole run, and finer the stretch that is zoomed into. */
export class FetchedSteps {
  readonly runId: number
  readonly query: StepQuery
  readonly series: ShallowRef<StepSeries> = shallowRef(noSteps)
  #overview: Fetched = { samples: [], total: 0 }
  #detail: (StepWindow & Fetched) | null = null
  /** The newest window that was asked for; an older answer is dropped. */
  #asked: StepWindow | null = null
  #average: ContinuedAverage | null = null
  #loading = false

  constructor(runId: number, query: StepQuery) {
    this.runId = runId
    this.query = query
  }

  /** Fetches the whole run, as it is now. */
  async load(): Promise<void> {
    const { runId, query } = this
    this.#loading = true
    await attempt(async () => {
      this.#overview = await api.call('runs.steps', { runId, maximumPoints, ...query })
      const { samples, total } = this.#overview
      this.#average = query.smoothing > 0 ? new ContinuedAverage(query.smoothing, samples.at(-1)?.[query.metric] ?? null, total) : null
      this.#publish()
    })
    this.#loading = false
  }

  /** A resumed run reports steps again: those it reports replace what was known from there on. */
  append(samples: readonly StepSample[]): void {
    const first = samples[0]
    if (!first || this.#loading) return
    const last = this.#overview.samples.at(-1)
    if (last && last.step >= first.step) return void this.load()
    const { metric } = this.query
    const average = this.#average
    const added = average ? samples.map((sample) => ({ ...sample, [metric]: average.next(sample[metric]) })) : samples
    this.#overview = { samples: [...this.#overview.samples, ...added], total: this.#overview.total + samples.length }
    if (this.#overview.samples.length > maximumPoints * 1.5) void this.load()
    else this.#publish()
  }

  /** Fetches what was left out between two steps; null forgets it again. */
  async refine(window: StepWindow | null): Promise<void> {
    const { runId, query } = this
    this.#asked = window
    if (!window) {
      if (!this.#detail) return
      this.#detail = null
      this.#publish()
      return
    }
    if (this.#overview.samples.length === this.#overview.total && !this.#loading) return
    const fetched = await attempt(() =>
      api.call('runs.steps', { runId, fromStep: window.from, toStep: window.to, maximumPoints, ...query }),
    )
    if (!fetched || this.#asked !== window) return
    // What comes later belongs to the overview, however far the window reaches.
    this.#detail = { from: window.from, to: Math.min(window.to, fetched.samples.at(-1)?.step ?? window.from), ...fetched }
    this.#publish()
  }

  #publish(): void {
    this.series.value = mergeSteps(this.#overview, this.#detail, this.query.metric)
  }
}
