import { defineStore } from 'pinia'
import { type ShallowRef, shallowRef, triggerRef, watch } from 'vue'
import type { StepSample } from '../../../../common/rpc/records.ts'
import { api } from '../../api.ts'
import { useEngine } from '../../engine.ts'
import { attempt } from '../../ui/messages.ts'
import { EpochColumns } from './epoch-columns.ts'

/** Enough for every pixel of a wide screen; the engine keeps extremes and non-finite samples when it thins out. */
const maximumPoints = 4_000

export interface StepSeries {
  readonly samples: readonly StepSample[]
  /** Samples that the run has, of which `samples` may be a faithful part. */
  readonly total: number
}

interface Entry<T> {
  readonly series: ShallowRef<T>
  loaded: boolean
}

/** Curves by run, fetched when first looked at and kept current by the engine's events. */
export const useCurves = defineStore('curves', () => {
  const engine = useEngine()
  const epochs = new Map<number, Entry<EpochColumns>>()
  const steps = new Map<number, Entry<StepSeries>>()

  api.on('run.epoch', ({ runId, epoch }) => {
    const entry = epochs.get(runId)
    if (!entry?.loaded) return
    entry.series.value.put(epoch)
    triggerRef(entry.series)
  })
  api.on('run.steps', ({ runId, samples }) => {
    const entry = steps.get(runId)
    const first = samples[0]
    if (!entry?.loaded || !first) return
    const kept = entry.series.value.samples.filter((sample) => sample.step < first.step)
    const total = entry.series.value.total + samples.length
    entry.series.value = { samples: [...kept, ...samples], total }
    if (entry.series.value.samples.length > maximumPoints * 1.5) void loadSteps(runId, entry)
  })
  watch(
    () => engine.generation,
    () => {
      for (const [runId, entry] of epochs) void loadEpochs(runId, entry)
      for (const [runId, entry] of steps) void loadSteps(runId, entry)
    },
  )

  async function loadEpochs(runId: number, entry: Entry<EpochColumns>): Promise<void> {
    await attempt(async () => {
      const columns = new EpochColumns()
      for (const record of await api.call('runs.epochs', { runId })) columns.put(record)
      entry.series.value = columns
      entry.loaded = true
    })
  }

  async function loadSteps(runId: number, entry: Entry<StepSeries>): Promise<void> {
    await attempt(async () => {
      entry.series.value = await api.call('runs.steps', { runId, maximumPoints })
      entry.loaded = true
    })
  }

  /** Reactive; empty until loaded. */
  function epochsOf(runId: number): EpochColumns {
    let entry = epochs.get(runId)
    if (!entry) {
      entry = { series: shallowRef(new EpochColumns()), loaded: false }
      epochs.set(runId, entry)
      void loadEpochs(runId, entry)
    }
    return entry.series.value
  }

  function stepsOf(runId: number): StepSeries {
    let entry = steps.get(runId)
    if (!entry) {
      entry = { series: shallowRef<StepSeries>({ samples: [], total: 0 }), loaded: false }
      steps.set(runId, entry)
      void loadSteps(runId, entry)
    }
    return entry.series.value
  }

  return { epochsOf, stepsOf }
})
