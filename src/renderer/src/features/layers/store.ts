import { defineStore } from 'pinia'
import { type ShallowRef, shallowRef, watch } from 'vue'
import type { RecordedMeasure } from '../../../../common/analysis-figures/layer-lines.ts'
import type { LayerStatistic } from '../../../../common/records/records.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'
import type { LayerHistory } from '../../../../common/analysis-figures/layer-rows.ts'

const nothing: LayerHistory = { layers: [], epochs: [], values: [] }
const none: Readonly<Record<RecordedMeasure, LayerHistory>> = { std: nothing, mean: nothing }

export const useLayerHistories = defineStore('layers', () => {
  const engine = useEngine()
  const histories = new Map<number, ShallowRef<Readonly<Record<RecordedMeasure, LayerHistory>>>>()
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
      histories.get(runId)!.value = { std: historyFrom(statistics, 'std'), mean: historyFrom(statistics, 'mean') }
    })
    fetching.delete(runId)
  }

  /** Reactive; empty until loaded. */
  function historyOf(runId: number, measure: RecordedMeasure): LayerHistory {
    let history = histories.get(runId)
    if (!history) {
      histories.set(runId, (history = shallowRef(none)))
      void load(runId)
    }
    return history.value[measure]
  }

  return { historyOf }
})

function historyFrom(statistics: readonly LayerStatistic[], measure: RecordedMeasure): LayerHistory {
  const layers = [...new Set(statistics.map((one) => one.layer))]
  const columnOf = new Map(layers.map((layer, index) => [layer, index]))
  const rows = new Map<number, Float64Array>()
  for (const { epoch, layer, [measure]: value } of statistics) {
    let row = rows.get(epoch)
    if (!row) rows.set(epoch, (row = new Float64Array(layers.length).fill(NaN)))
    row[columnOf.get(layer)!] = value
  }
  const epochs = [...rows.keys()].sort((a, b) => a - b)
  return { layers, epochs, values: epochs.map((epoch) => rows.get(epoch)!) }
}
