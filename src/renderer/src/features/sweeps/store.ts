import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { depthProblem } from '../../../../common/network/depths.ts'
import type { Sweep } from '../../../../common/sweep/sweep.ts'
import { type Recipe, recipeSchema } from '../../../../common/training/recipe.ts'
import { builtInRecipes, recipeForDepth, resolveRecipe } from '../../../../common/training/recipes.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { count } from '../../ui/format.ts'
import { useDatasets } from '../../entities/dataset/store.ts'
import { automaticName, type Draft, draftFrom, toSweep, withArchitecture } from './draft.ts'
import { keepDraft, keptDraft } from './kept-draft.ts'
import { fieldLabel, type FieldValue, fieldProblem } from './recipe-fields.ts'
import { type BuiltInTemplate, draftOf, templates } from './templates.ts'
import { useTyped } from './typed.ts'
import { usePlan } from './use-plan.ts'

/** The sweep being designed and what the engine forecasts for it. */
export const useDesign = defineStore('design', () => {
  const engine = useEngine()
  const datasets = useDatasets()
  const draft = ref<Draft>(keptDraft(localStorage) ?? draftOf(templates[0]!))
  const typed = useTyped(draft)
  const { whole } = typed
  /** Train again what earlier runs already answer. */
  const again = ref(false)

  const base = computed<Recipe>(() => (builtInRecipes.get(draft.value.recipe) ?? [...builtInRecipes.values()][0]!).recipe)
  /** The recipe with the changes; fields that are wrong keep what was typed. */
  const recipe = computed<Record<string, FieldValue | undefined>>(() => ({
    ...base.value,
    ...lengthCleared(draft.value.set),
    ...draft.value.set,
  }))
  /** Also one that is not there but will be made when it is needed. */
  const dataset = computed(() => datasets.usable(draft.value.dataset))
  const fieldProblems = computed(() => {
    const problems = new Map<string, string>()
    for (const [name, value] of Object.entries(draft.value.set)) {
      if (!(name in recipeSchema.shape) || name === 'name') continue
      const problem = fieldProblem(name as Exclude<keyof Recipe, 'name'>, value)
      if (problem) problems.set(name, problem)
    }
    const validation = recipe.value.validationSize
    const images = dataset.value?.trainCount
    const own = dataset.value?.validationCount ?? null
    if (own !== null && Number(draft.value.set.validationSize ?? 0) > 0)
      problems.set('validationSize', `Expected 0: the data set has a validation split of its own, of ${count(own)} images.`)
    if (own === null && images !== undefined && typeof validation === 'number' && validation >= images)
      problems.set('validationSize', `Expected fewer than the ${count(images)} training images.`)
    return problems
  })
  const resolved = computed<Recipe | null>(() => {
    try {
      // The deepest net's: the paper warms nets of 110 layers and more up.
      const set = typeof dataset.value?.validationCount === 'number' ? { ...draft.value.set, validationSize: 0 } : draft.value.set
      return recipeForDepth(resolveRecipe(draft.value.recipe, set), Math.max(1, ...whole.value.depths), draft.value.set)
    } catch {
      return null
    }
  })
  const name = computed(() => draft.value.name.trim() || automaticName(whole.value))

  /** What the design itself still lacks, in words; null when it is a whole sweep. */
  const gap = computed<string | null>(() => {
    const { architecture, families, depths, shortcuts, widths } = whole.value
    if (!families.length) return 'Choose at least one family.'
    if (families.some((family) => family !== 'plain') && !shortcuts.length)
      return 'Choose at least one shortcut option for the nets with shortcuts.'
    if (!depths.length) return 'Choose at least one depth.'
    if (!widths.length) return 'Choose the widths of the stages.'
    const mistyped = Object.values(typed.problems.value).find((problem) => problem !== null)
    if (mistyped) return mistyped
    // From a sweep file: what is typed is refused before.
    const absent = depths.map((depth) => depthProblem(architecture, depth)).find((problem) => problem !== null)
    if (absent) return absent
    const wrong = [...fieldProblems.value.keys()].map(fieldLabel)
    return wrong.length ? `Not valid among the hyperparameters: ${wrong.join(', ')}.` : null
  })
  const missing = computed(() =>
    datasets.loaded && !dataset.value ? `The data set ${draft.value.dataset} is not in this workspace yet.` : null,
  )
  const sweep = computed(() => toSweep(whole.value))
  /** How often a run of this design has finished, each time with fewer left to train. */
  const filled = ref(0)
  const { plan, planning, refusal, refresh } = usePlan(
    computed(() => {
      if (gap.value !== null || !engine.connected || !dataset.value) return null
      return { sweep: sweep.value, again: again.value, state: `${engine.generation} ${dataset.value.checksum} ${filled.value}` }
    }),
  )
  /** Why nothing can be queued now, in words; null when all is well. */
  const obstacle = computed<string | null>(() => gap.value ?? missing.value ?? refusal.value)
  const left = computed(() => plan.value?.runs.filter((run) => again.value || run.reusesRunId === null) ?? [])
  /** Whether the plan is that of what stands here now, and has something to train. */
  const ready = computed(() => obstacle.value === null && !planning.value && left.value.length > 0)

  watch(draft, (changed) => keepDraft(localStorage, changed), { deep: true })
  api.on('run.changed', (run) => {
    if (run.state !== 'finished') return
    if (plan.value?.runs.some(({ settingsHash }) => settingsHash === run.settingsHash)) filled.value++
    // Its measured speed sharpens the forecast.
    else refresh()
  })

  function setField(field: string, value: FieldValue): void {
    const replaced = [field, ...(value === null ? [] : field === 'epochs' ? ['iterations'] : field === 'iterations' ? ['epochs'] : [])]
    const rest = Object.fromEntries(Object.entries(draft.value.set).filter(([name]) => !replaced.includes(name)))
    const same = JSON.stringify(value) === JSON.stringify(base.value[field as keyof Recipe])
    draft.value.set = same ? rest : { ...rest, [field]: value }
  }

  async function queue(): Promise<{ sweepId: number; runIds: number[]; reusedRunIds: number[] }> {
    typed.add()
    const queued = await api.call('sweeps.queue', { sweep: sweep.value, again: again.value })
    again.value = false
    before.value = null
    refresh()
    return queued
  }

  /** What was being designed before something else took its place; null when nothing of a person's own was lost. */
  const before = shallowRef<Draft | null>(null)
  let asLoaded = ''
  function replace(next: Draft): void {
    const present = JSON.stringify(draft.value)
    const untouched = present === asLoaded || templates.some((template) => JSON.stringify(draftOf(template)) === present)
    // Who clicks through templates does not lose what was there before the first of them.
    if (!untouched) before.value = JSON.parse(present) as Draft // as it was written above
    draft.value = next
    asLoaded = JSON.stringify(next)
  }
  function bringBack(): void {
    if (!before.value) return
    draft.value = before.value
    before.value = null
  }

  function start(template: BuiltInTemplate): void {
    replace(draftOf(template))
  }
  /** Changes of one recipe mean nothing in another. */
  function chooseRecipe(name: string): void {
    const next = { ...draft.value, recipe: name, set: {} }
    if (Object.keys(draft.value.set).length) replace(next)
    else draft.value = next
  }
  /** Depths and widths of one architecture need not be there in another. */
  function chooseArchitecture(name: string): void {
    if (name !== draft.value.architecture) replace(withArchitecture(draft.value, name))
  }
  /** A sweep from a file or an own template takes the draft's place. @throws SkiplabError bad-input, with the draft as it was */
  function load(sweep: Sweep): void {
    resolveRecipe(sweep.recipe, sweep.set)
    replace(draftFrom(structuredClone(sweep)))
  }

  return {
    draft,
    typed: typed.texts,
    typedProblems: typed.problems,
    addTyped: typed.add,
    whole,
    sweep,
    plan,
    planning,
    ready,
    gap,
    obstacle,
    again,
    base,
    recipe,
    resolved,
    fieldProblems,
    dataset,
    name,
    left,
    before,
    setField,
    start,
    chooseRecipe,
    chooseArchitecture,
    load,
    bringBack,
    queue,
  }
})

/** Setting epochs clears iterations and the other way round, as the engine does. */
function lengthCleared(set: Draft['set']): Partial<Recipe> {
  if (typeof set.epochs === 'number') return { iterations: null }
  return typeof set.iterations === 'number' ? { epochs: null } : {}
}
