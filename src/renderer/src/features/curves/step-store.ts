import { defineStore } from 'pinia'
import { watch } from 'vue'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { FetchedSteps } from './fetched-steps.ts'
import type { StepQuery, StepSeries, StepWindow } from './step-series.ts'

/**
 * Curves of single steps, by run and query: fetched when first looked at, kept current by the engine's events, finer where one zooms
 * in.
 */
export const useSteps = defineStore('steps', () => {
  const engine = useEngine()
  const entries = new Map<string, FetchedSteps>()

  api.on('run.steps', ({ runId, samples }) => {
    for (const entry of entries.values()) if (entry.runId === runId) entry.append(samples)
  })
  watch(
    () => engine.generation,
    () => entries.forEach((entry) => void entry.load()),
  )

  function entryOf(runId: number, query: StepQuery): FetchedSteps {
    const key = `${runId} ${query.metric} ${query.smoothing}`
    let entry = entries.get(key)
    if (!entry) {
      entry = new FetchedSteps(runId, query)
      entries.set(key, entry)
      void entry.load()
    }
    return entry
  }

  /** Reactive; empty until loaded. */
  function stepsOf(runId: number, query: StepQuery): StepSeries {
    return entryOf(runId, query).series.value
  }

  /** Fetches what was left out between two steps; null forgets it again. */
  function refine(runId: number, query: StepQuery, window: StepWindow | null): Promise<void> {
    return entryOf(runId, query).refine(window)
  }

  /** Forgets the curves of queries that nobody looks at any more. */
  function keepOnly(query: StepQuery | null): void {
    for (const [key, entry] of entries)
      if (!query || entry.query.metric !== query.metric || entry.query.smoothing !== query.smoothing) entries.delete(key)
  }

  return { stepsOf, refine, keepOnly }
})
