import { defineStore } from 'pinia'
import { computed, type ComputedRef, ref, watch } from 'vue'
import { deviationsFromPaper } from '../../../../common/paper/deviations.ts'
import type { SweepPlan } from '../../../../common/records/records.ts'
import type { CallOutput } from '../../../../common/rpc/contract.ts'
import { builtInTemplates } from '../../../../common/sweep/templates.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { useDatasets } from '../../entities/dataset/store.ts'
import { usePlaces } from '../../entities/place/store.ts'
import { useChosenPlace } from '../../entities/place/use-chosen-place.ts'
import { designGap } from './design-gap.ts'
import { automaticName, type Draft, toSweep } from './draft.ts'
import { keepDraft, keptDraft } from './kept-draft.ts'
import { draftOf } from './template-draft.ts'
import { useTyped } from './typed.ts'
import { usePlan } from '../../entities/sweep/use-plan.ts'
import { useRecipe } from './use-recipe.ts'
import { useReplacing } from './use-replacing.ts'

/** Holds the sweep being designed and what the engine forecasts for it. */
export const useDesign = defineStore('design', () => {
  const engine = useEngine()
  const datasets = useDatasets()
  const places = usePlaces()
  const draft = ref<Draft>(keptDraft(localStorage) ?? draftOf(builtInTemplates[0]!))
  const typed = useTyped(draft)
  const { whole } = typed
  const { before, forgetBefore, ...replacing } = useReplacing(draft, () => datasets.list.map(({ name: each }) => each))
  /** Train again what earlier runs already answer. */
  const again = ref(false)
  const place = useChosenPlace()

  /** Also one that is not there but will be made when it is needed. */
  const dataset = computed(() => datasets.usable(draft.value.dataset))
  const hyperparameters = useRecipe(draft, { dataset, depths: () => whole.value.depths })
  const name = computed(() => draft.value.name.trim() || automaticName(whole.value))

  /** What the design itself still lacks, in words; null when it is a whole sweep. */
  const gap = computed(() => designGap(whole.value, Object.values(typed.problems.value), [...hyperparameters.fieldProblems.value.keys()]))
  const missing = computed(() =>
    datasets.loaded && !dataset.value ? `The data set ${draft.value.dataset} is not in this workspace yet.` : null,
  )
  const sweep = computed(() => toSweep(whole.value))
  const wanted = computed(() => ({ sweep: sweep.value, again: again.value, place: place.value }))
  /** How often a run of this design has finished, each time with fewer left to train. */
  const filled = ref(0)
  const { plan, planning, refusal, refresh } = usePlan(
    computed(() => {
      if (gap.value !== null || !engine.connected || !dataset.value) return null
      const state = `${engine.generation} ${dataset.value.checksum} ${filled.value} ${places.states}`
      return { wanted: wanted.value, state }
    }),
  )
  /** Why nothing can be queued now, in words; null when all is well. */
  const obstacle = computed<string | null>(() => gap.value ?? missing.value ?? refusal.value)
  /** In what the planned runs differ from the paper's. */
  const deviations = computed(() => deviationsFromPaper(plan.value?.runs.map(({ settings }) => settings) ?? []))
  const left = computed(() => plan.value?.runs.filter((run) => again.value || run.reusesRunId === null) ?? [])
  /** Whether the plan is that of what stands here now, and has something to train. */
  const ready = computed(() => obstacle.value === null && !planning.value && left.value.length > 0)

  watch(draft, (changed) => keepDraft(localStorage, changed), { deep: true })
  onFinishedRun(plan, { answered: () => filled.value++, measured: refresh })

  async function queue(): Promise<CallOutput<'sweeps.queue'>> {
    typed.add()
    const queued = await api.call('sweeps.queue', wanted.value)
    again.value = false
    forgetBefore()
    refresh()
    return queued
  }

  return {
    draft,
    typed: typed.texts,
    typedProblems: typed.problems,
    addTyped: typed.add,
    ...{ whole, sweep, again, place },
    ...{ plan, planning, ready, gap, obstacle },
    ...hyperparameters,
    dataset,
    name,
    left,
    deviations,
    before,
    ...replacing,
    queue,
  }
})

/** A finished run answers a part of the plan; the measured speed of any other sharpens the forecast. */
function onFinishedRun(plan: ComputedRef<SweepPlan | null>, then: { answered: () => void; measured: () => void }): void {
  api.on('run.changed', (run) => {
    if (run.state !== 'finished') return
    if (plan.value?.runs.some(({ settingsHash }) => settingsHash === run.settingsHash)) then.answered()
    else then.measured()
  })
}
