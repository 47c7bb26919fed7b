import { defineStore } from 'pinia'
import { computed, ref, shallowRef, triggerRef, watch } from 'vue'
import type { Analysis, AnalysisProgress } from '../../../../common/analyses/analysis.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'

/** Every analysis of runs, kept equal to the engine's. */
export const useAnalyses = defineStore('analyses', () => {
  const engine = useEngine()
  const byId = shallowRef(new Map<number, Analysis>())
  const progress = shallowRef(new Map<number, AnalysisProgress>())
  const loaded = ref(false)

  api.on('analysis.changed', (analysis) => {
    byId.value.set(analysis.id, analysis)
    triggerRef(byId)
    if (analysis.state !== 'running' && progress.value.delete(analysis.id)) triggerRef(progress)
  })
  api.on('analysis.progress', (told) => {
    progress.value.set(told.analysisId, told)
    triggerRef(progress)
  })
  api.on('analyses.removed', ({ analysisIds }) => {
    for (const id of analysisIds) byId.value.delete(id)
    triggerRef(byId)
  })

  async function load(): Promise<void> {
    await attempt(async () => {
      byId.value = new Map((await api.call('analyses.list', {})).map((analysis) => [analysis.id, analysis]))
      progress.value = new Map((engine.status?.analysing ?? []).map((told) => [told.analysisId, told]))
      loaded.value = true
    })
  }
  watch(() => engine.generation, load, { immediate: engine.generation > 0 })

  const all = computed(() => [...byId.value.values()].sort((a, b) => a.id - b.id))
  const running = computed(() => all.value.filter(({ state }) => state === 'running'))
  /** Running ones first. */
  const open = computed(() => [...running.value, ...all.value.filter(({ state }) => state === 'waiting')])

  return { byId, all, progress, loaded, running, open }
})
