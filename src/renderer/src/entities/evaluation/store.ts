import { defineStore } from 'pinia'
import { computed, ref, shallowRef, triggerRef, watch } from 'vue'
import type { Evaluation, EvaluationProgress } from '../../../../common/evaluation/evaluation.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'

/** Every test of a run or an ensemble, kept equal to the engine's. */
export const useEvaluations = defineStore('evaluations', () => {
  const engine = useEngine()
  const byId = shallowRef(new Map<number, Evaluation>())
  const progress = shallowRef(new Map<number, EvaluationProgress>())
  const loaded = ref(false)

  api.on('evaluation.changed', (evaluation) => {
    byId.value.set(evaluation.id, evaluation)
    triggerRef(byId)
    if (evaluation.state !== 'running' && progress.value.delete(evaluation.id)) triggerRef(progress)
  })
  api.on('evaluation.progress', (told) => {
    progress.value.set(told.evaluationId, told)
    triggerRef(progress)
  })
  api.on('evaluations.removed', ({ evaluationIds }) => {
    for (const id of evaluationIds) byId.value.delete(id)
    triggerRef(byId)
  })

  async function load(): Promise<void> {
    await attempt(async () => {
      byId.value = new Map((await api.call('evaluations.list', {})).map((evaluation) => [evaluation.id, evaluation]))
      progress.value = new Map((engine.status?.evaluating ?? []).map((told) => [told.evaluationId, told]))
      loaded.value = true
    })
  }
  watch(() => engine.generation, load, { immediate: engine.generation > 0 })

  const all = computed(() => [...byId.value.values()].sort((a, b) => a.id - b.id))
  const running = computed(() => all.value.filter(({ state }) => state === 'running'))
  const waiting = computed(() => all.value.filter(({ state }) => state === 'waiting'))
  /** Running ones first. */
  const open = computed(() => [...running.value, ...waiting.value])

  return { byId, all, progress, loaded, running, waiting, open }
})
