import { defineStore } from 'pinia'
import { type ShallowRef, shallowRef, watch } from 'vue'
import { ContinuedAverage } from '../../../../common/analysis/smoothing.ts'
import type { StepSample } from '../../../../common/records/records.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'
import { type Fetched, mergeSteps, noSteps, type StepQuery, type StepSeries, type StepWindow } from './step-series.ts'

/** Enough for two points in every pixel column of a wide chart; the engine keeps extremes and what is not a number. */
const maximumPoints = 2_000

interface Entry {
  readonly runId: number
  readonly query: StepQuery
  readonly series: ShallowRef<StepSeries>
  overview: Fetched
  detail: (StepWindow & Fetched) | null
  /** The newest window that was asked for; an older answer is dropped. */
  asked: StepWindow | null
  average: ContinuedAverage | null
  loading: boolean
}

/** Curves of single steps, by run and query: fetched when first looked at, kept current by the engine's events, finer where one zooms in. */
export const useSteps = defineStore('steps', () => {
  const engine = useEngine()
  const entries = new Map<string, Entry>()

  api.on('run.steps', ({ runId, samples }) => {
    for (const entry of entries.values()) if (entry.runId === runId) append(entry, samples)
  })
  watch(
    () => engine.generation,
    () => entries.forEach((entry) => void load(entry)),
  )

  function publish(entry: Entry): void {
    entry.series.value = mergeSteps(entry.overview, entry.detail, entry.query.metric)
  }

  /** A resumed run reports steps again: those it reports replace what was known from there on. */
  function append(entry: Entry, samples: readonly StepSample[]): void {
    const first = samples[0]
    const { overview, query } = entry
    if (!first || entry.loading) return
    const last = overview.samples.at(-1)
    if (last && last.step >= first.step) return void load(entry)
    const { average } = entry
    const added = average ? samples.map((sample) => ({ ...sample, [query.metric]: average.next(sample[query.metric]) })) : samples
    entry.overview = { samples: [...overview.samples, ...added], total: overview.total + samples.length }
    if (entry.overview.samples.length > maximumPoints * 1.5) void load(entry)
    else publish(entry)
  }

  async function load(entry: Entry): Promise<void> {
    const { runId, query } = entry
    entry.loading = true
    await attempt(async () => {
      entry.overview = await api.call('runs.steps', { runId, maximumPoints, ...query })
      entry.average =
        query.smoothing > 0
          ? new ContinuedAverage(query.smoothing, entry.overview.samples.at(-1)?.[query.metric] ?? null, entry.overview.total)
          : null
      publish(entry)
    })
    entry.loading = false
  }

  function entryOf(runId: number, query: StepQuery): Entry {
    const key = `${runId} ${query.metric} ${query.smoothing}`
    let entry = entries.get(key)
    if (!entry) {
      entry = {
        runId,
        query,
        series: shallowRef(noSteps),
        overview: { samples: [], total: 0 },
        detail: null,
        asked: null,
        average: null,
        loading: false,
      }
      entries.set(key, entry)
      void load(entry)
    }
    return entry
  }

  /** Reactive; empty until loaded. */
  function stepsOf(runId: number, query: StepQuery): StepSeries {
    return entryOf(runId, query).series.value
  }

  /** Fetches what was left out between two steps; null forgets it again. */
  async function refine(runId: number, query: StepQuery, window: StepWindow | null): Promise<void> {
    const entry = entryOf(runId, query)
    entry.asked = window
    if (!window) {
      if (!entry.detail) return
      entry.detail = null
      publish(entry)
      return
    }
    if (entry.overview.samples.length === entry.overview.total && !entry.loading) return
    const fetched = await attempt(() =>
      api.call('runs.steps', { runId, fromStep: window.from, toStep: window.to, maximumPoints, ...query }),
    )
    if (!fetched || entry.asked !== window) return
    // What comes later belongs to the overview, however far the window reaches.
    entry.detail = { from: window.from, to: Math.min(window.to, fetched.samples.at(-1)?.step ?? window.from), ...fetched }
    publish(entry)
  }

  /** Forgets the curves of queries that nobody looks at any more. */
  function keepOnly(query: StepQuery | null): void {
    for (const [key, entry] of entries)
      if (!query || entry.query.metric !== query.metric || entry.query.smoothing !== query.smoothing) entries.delete(key)
  }

  return { stepsOf, refine, keepOnly }
})
