import type { RunSummary } from '../records/records.ts'
import { nameInWords } from '../issue-words.ts'
import { type Recipe, withoutLaterDefaults } from '../training/recipe.ts'
import { isRecipeField, recipeWords, type RecipeValue, settingText } from '../training/recipe-words.ts'

export interface Difference {
  readonly name: string
  /** One text per run, in the order given. */
  readonly values: readonly string[]
}

/** A setting in words. */
export interface SaidSetting {
  readonly name: string
  readonly value: string
}

/** Lists every setting in which the runs are not all equal. */
export function settingsDifference(runs: readonly RunSummary[]): Difference[] {
  const flat = runs.map((run) => flatten(run))
  const names = [...new Set(flat.flatMap((one) => [...one.keys()]))]
  return names
    .map((name) => ({ name, values: flat.map((one) => one.get(name) ?? '–') }))
    .filter(({ values }) => values.some((value) => value !== values[0]))
}

function flatten(run: RunSummary): Map<string, string> {
  return new Map(settingsList(run, run.settings.recipe).map(({ name, value }) => [name, value]))
}

/** Settings of a run by name, as texts; those of later versions only where they say something. */
export function settingsList(
  run: Pick<RunSummary, 'settings'>,
  said: Partial<Recipe> = withoutLaterDefaults(run.settings.recipe),
): SaidSetting[] {
  const { network, dataset, recipe, seed, initialWeights } = run.settings
  const { name: _name, ...fields } = said
  // A plain net is stored with an option that it has no use for.
  const shortcut = network.family === 'plain' ? null : network.shortcut
  const start = initialWeights && { initialWeights: initialWeights.name }
  const all: Record<string, RecipeValue> = {
    ...network,
    shortcut,
    'data set': dataset.name,
    seed,
    recipe: recipe.name,
    ...start,
    ...fields,
  }
  return Object.entries(all).map(([name, value]) => ({
    name: isRecipeField(name) ? recipeWords(name) : nameInWords(name),
    value: settingText(value),
  }))
}
