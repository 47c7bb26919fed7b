import type { RunSummary } from '../records/records.ts'
import { fieldsWithoutEffect, type Recipe, recipeSchema } from '../training/recipe.ts'
import { apartByPrecision } from './arithmetic.ts'

/** Runs that differ in nothing but their seed, the precision they were trained in included, in the order in which they came. */
export interface SeedGroup<R> {
  readonly key: string
  readonly runs: readonly R[]
}

type Grouped = Pick<RunSummary, 'settings' | 'settingsHash' | 'device'>

/** Caches keys by settings hash: serializing settings would take most of the time of grouping ten thousand runs. */
const keys = new Map<string, string>()

/** All fields of a recipe that determine a run's numbers, in one order. */
const recipeFields = Object.keys(recipeSchema.shape).filter((field) => !fieldsWithoutEffect.has(field))

/** Makes a key that is equal for settings that differ in the seed only. */
export function seedGroupKey(run: Pick<Grouped, 'settings' | 'settingsHash'>): string {
  const known = keys.get(run.settingsHash)
  if (known !== undefined) return known
  const { network, dataset, recipe, initialWeights } = run.settings
  const start = initialWeights ? [initialWeights.sha256] : []
  const key = JSON.stringify([dataset.name, dataset.checksum, network, ...start]) + recipeText(recipe)
  keys.set(run.settingsHash, key)
  return key
}

/** Caches texts of recipes: runs of one list share their recipes as objects. */
const recipeTexts = new WeakMap<Recipe, string>()

function recipeText(recipe: Recipe): string {
  const known = recipeTexts.get(recipe)
  if (known !== undefined) return known
  const text = JSON.stringify(recipe, recipeFields)
  recipeTexts.set(recipe, text)
  return text
}

/** Groups runs, in the order in which the groups' first runs come. */
export function groupBySeed<R extends Grouped>(runs: readonly R[]): SeedGroup<R>[] {
  const groups = new Map<string, R[]>()
  for (const run of runs) {
    const key = seedGroupKey(run)
    const group = groups.get(key)
    if (group) group.push(run)
    else groups.set(key, [run])
  }
  return [...groups].flatMap(([key, members]) => {
    const parts = apartByPrecision(members)
    return parts.map(({ precision, runs: own }) => ({ key: parts.length === 1 ? key : `${key} ${precision}`, runs: own }))
  })
}
