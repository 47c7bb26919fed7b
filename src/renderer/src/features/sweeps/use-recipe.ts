import { computed, type ComputedRef, type Ref } from 'vue'
import { type Recipe, recipeSchema } from '../../../../common/training/recipe.ts'
import { builtInRecipes, recipeForDepth, resolveRecipe } from '../../../../common/training/recipes.ts'
import type { DatasetFacts } from '../../entities/dataset/store.ts'
import { count } from '../../ui/format.ts'
import type { Draft } from './draft.ts'
import { type FieldValue, fieldProblem } from './recipe-fields.ts'

interface DraftRecipe {
  /** The built-in recipe, as it is without the changes. */
  readonly base: ComputedRef<Recipe>
  /** The recipe with the changes; fields that are wrong keep what was typed. */
  readonly recipe: ComputedRef<Record<string, FieldValue | undefined>>
  /** By the field's name. */
  readonly fieldProblems: ComputedRef<ReadonlyMap<string, string>>
  /** The recipe of the deepest net; null while a field is wrong. */
  readonly resolved: ComputedRef<Recipe | null>
  readonly setField: (field: string, value: FieldValue) => void
  readonly setFields: (values: readonly (readonly [string, FieldValue])[]) => void
}

/** The hyperparameters of a draft: its recipe and the changes of it. */
export function useRecipe(
  draft: Ref<Draft>,
  { dataset, depths }: { dataset: ComputedRef<DatasetFacts | null>; depths: () => readonly number[] },
): DraftRecipe {
  const base = computed<Recipe>(() => (builtInRecipes.get(draft.value.recipe) ?? [...builtInRecipes.values()][0]!).recipe)
  const recipe = computed<Record<string, FieldValue | undefined>>(() => ({
    ...base.value,
    ...lengthCleared(draft.value.set),
    ...draft.value.set,
  }))
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
      return recipeForDepth(resolveRecipe(draft.value.recipe, set), Math.max(1, ...depths()), draft.value.set)
    } catch {
      return null
    }
  })

  function setField(field: string, value: FieldValue): void {
    const replaced = [field, ...(value === null ? [] : field === 'epochs' ? ['iterations'] : field === 'iterations' ? ['epochs'] : [])]
    const rest = Object.fromEntries(Object.entries(draft.value.set).filter(([name]) => !replaced.includes(name)))
    const same = JSON.stringify(value) === JSON.stringify(base.value[field as keyof Recipe])
    draft.value.set = same ? rest : { ...rest, [field]: value }
  }

  function setFields(values: readonly (readonly [string, FieldValue])[]): void {
    for (const [field, value] of values) setField(field, value)
  }

  return { base, recipe, fieldProblems, resolved, setField, setFields }
}

/** Setting epochs clears iterations and the other way round, as the engine does. */
function lengthCleared(set: Draft['set']): Partial<Recipe> {
  if (typeof set.epochs === 'number') return { iterations: null }
  return typeof set.iterations === 'number' ? { epochs: null } : {}
}
