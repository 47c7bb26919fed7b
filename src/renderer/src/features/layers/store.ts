import { defineStore } from 'pinia'
import { type ShallowRef, shallowRef, watch } from 'vue'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'
import type { LayerHistory } from './layer-rows.ts'

const none: LayerHistory = { layers: [], epochs: [], std: [] }

export const useLayerHistories = defineStore('layers', () => {
  const engine = useEngine()
  const histories = new Map<number, ShallowRef<LayerHistory>>()
  const fetching = new Set<number>()

  api.on('run.epoch', ({ runId, layerStatistics }) => {
    if (layerStatistics.length && histories.has(runId)) void load(runId)
  })
  watch(
    () => engine.generation,
    () => histories.forEach((_history, runId) => void load(runId)),
  )

  async function load(runId: number): Promise<void> {
    if (fetching.has(runId)) return
    fetching.add(runId)
    await attempt(async () => {
      const statistics = await api.call('runs.layerStatistics', { runId })
      const layers = [...new Set(statistics.map((one) => one.layer))]
      const columnOf = new Map(layers.map((layer, index) => [layer, index]))
      const rows = new Map<number, Float64Array>()
      for (const { epoch, layer, std } of statistics) {
        let row = rows.get(epoch)
        if (!row) rows.set(epoch, (row = new Float64Array(layers.length).fill(NaN)))
        row[columnOf.get(layer)!] = std
      }
      const epochs = [...rows.keys()].sort((a, b) => a - b)
      histories.get(runId)!.value = { layers, epochs, std: epochs.map((epoch) => rows.get(epoch)!) }
    })
    fetching.delete(runId)
  }

  /** Reactive; empty until loaded. */
  function historyOf(runId: number): LayerHistory {
    let history = histories.get(runId)
    if (!history) {
      histories.set(runId, (history = shallowRef(none)))
      void load(runId)
    }
    return history.value
  }

  return { historyOf }
})
