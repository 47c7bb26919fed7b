import { computed, type Ref, shallowRef, watch } from 'vue'
import type { Evaluation, EvaluationDetails } from '../../../../common/evaluation/evaluation.ts'
import { classWords } from '../../../../common/data/synset-words.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { useEvaluations } from '../../entities/evaluation/store.ts'
import { useRuns } from '../../entities/run/store.ts'
import { attempt } from '../../ui/messages.ts'

/** Most images of each kind that are asked for. */
const limit = 240

/** What an evaluation got wrong, beside another one of the same images if one is chosen. */
export function useDetails(id: Ref<number>, otherId: Ref<number | null>) {
  const engine = useEngine()
  const store = useEvaluations()
  const runs = useRuns()
  const details = shallowRef<EvaluationDetails | null>(null)
  /** The other one's calibration, which a comparison does not bring. */
  const other = shallowRef<EvaluationDetails | null>(null)
  const evaluation = computed(() => store.byId.get(id.value))
  /** Class names as people know them. */
  const classes = computed(() => details.value?.classes.map(classWords) ?? [])

  watch(
    [id, otherId, () => evaluation.value?.state, () => engine.generation],
    async ([evaluationId, wanted, state], [before]) => {
      if (evaluationId !== before) details.value = null
      if (state !== 'finished') return
      const compared = wanted !== null && wanted !== evaluationId ? { otherId: wanted } : {}
      const found = await attempt(() => api.call('evaluations.details', { evaluationId, limit, ...compared }))
      const beside = found?.comparison
        ? await attempt(() => api.call('evaluations.details', { evaluationId: found.comparison!.other.id, limit: 0 }))
        : undefined
      if (id.value !== evaluationId || otherId.value !== wanted) return
      details.value = found ?? null
      other.value = beside ?? null
    },
    { immediate: true },
  )

  /** Finished evaluations of the same images, which this one can be compared with. */
  const comparable = computed(() => {
    const own = evaluation.value
    return own ? store.all.filter((each) => each.id !== own.id && each.state === 'finished' && areOfSameImages(own, each)) : []
  })
  function areOfSameImages(a: Evaluation, b: Evaluation): boolean {
    const [one, two] = [a, b].map(({ runIds }) => runs.byId.get(runIds[0]!)?.settings)
    if (!one || !two || a.split !== b.split || one.dataset.checksum !== two.dataset.checksum) return false
    return a.split === 'test' || (one.recipe.validationSize === two.recipe.validationSize && one.recipe.splitSeed === two.recipe.splitSeed)
  }

  return { evaluation, details, other, classes, comparable }
}
