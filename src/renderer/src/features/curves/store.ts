import { defineStore } from 'pinia'
import { type ShallowRef, shallowRef, triggerRef, watch } from 'vue'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'
import { EpochColumns } from './epoch-columns.ts'

interface Entry {
  readonly series: ShallowRef<EpochColumns>
  loaded: boolean
}

/** Holds epochs by run, fetched when first shown and kept current by the engine's events. */
export const useCurves = defineStore('curves', () => {
  const engine = useEngine()
  const epochs = new Map<number, Entry>()

  api.on('run.epoch', ({ runId, epoch }) => {
    const entry = epochs.get(runId)
    if (!entry?.loaded) return
    entry.series.value.put(epoch)
    triggerRef(entry.series)
  })
  watch(
    () => engine.generation,
    () => epochs.forEach((entry, runId) => void loadEpochs(runId, entry)),
  )

  async function loadEpochs(runId: number, entry: Entry): Promise<void> {
    await attempt(async () => {
      const columns = new EpochColumns()
      for (const record of await api.call('runs.epochs', { runId })) columns.put(record)
      entry.series.value = columns
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

  return { epochsOf }
})
