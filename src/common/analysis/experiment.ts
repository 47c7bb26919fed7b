import { traitsOf, widthsOf } from '../network/design.ts'
import { commonTraits } from '../network/settings/traits.ts'
import type { RunSummary } from '../records/records.ts'
import { recipeSchema } from '../training/recipe.ts'
import { isRecipeField, recipeLength, recipeWords } from '../training/recipe-words.ts'
import { apartByPrecision } from './arithmetic.ts'

/** Runs that may be compared: everything equal but family, depth, shortcut option and seed. */
export interface Experiment<R> {
  readonly key: string
  /** "cifar10, cifar10-30, widths 16-32-64". */
  readonly label: string
  readonly runs: readonly R[]
}

type Settings = RunSummary['settings']

/** Makes a key that is equal for settings that differ in family, depth, shortcut and seed only. */
function experimentKey(settings: Settings): string {
  const { name: _name, ...recipe } = settings.recipe
  const { architecture, inputShape, classes } = settings.network
  const start = settings.initialWeights ? [settings.initialWeights.sha256] : []
  const fields = Object.entries(recipe).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([settings.dataset, architecture, traitsOf(settings.network), inputShape, classes, fields, ...start])
}

/**
 * Groups runs into experiments, in the order in which these first appear. Runs in fp32 and in bf16 are two experiments though `auto` gave
 * them equal settings: what tells them apart may be the arithmetic. Imported runs were trained elsewhere, nobody knows how: they are none.
 */
export function groupByExperiment<R extends Pick<RunSummary, 'settings' | 'device' | 'imported'>>(runs: readonly R[]): Experiment<R>[] {
  const groups = new Map<string, { label: string; runs: R[] }>()
  for (const run of runs) {
    if (run.imported) continue
    const key = experimentKey(run.settings)
    const group = groups.get(key)
    if (group) group.runs.push(run)
    else groups.set(key, { label: experimentLabel(run.settings), runs: [run] })
  }
  return [...told(groups)].flatMap(([key, group]) => {
    const parts = apartByPrecision(group.runs)
    if (parts.length === 1) return { key, ...group }
    return parts.map(({ precision, runs: own }) => ({ key: `${key} ${precision}`, label: `${group.label}, ${precision}`, runs: own }))
  })
}

/** Adds to labels that several groups share the settings of the recipe in which these differ. */
function told<R extends Pick<RunSummary, 'settings'>>(
  groups: Map<string, { label: string; runs: R[] }>,
): Map<string, { label: string; runs: R[] }> {
  const byLabel = new Map<string, string[]>()
  for (const [key, { label }] of groups) byLabel.set(label, [...(byLabel.get(label) ?? []), key])
  return new Map(
    [...groups].map(([key, group]) => {
      const namesakes = byLabel.get(group.label)!.map((other) => groups.get(other)!.runs[0]!.settings.recipe)
      const own = group.runs[0]!.settings.recipe
      const differing = recipeSchema
        .keyof()
        .options.filter((field) => namesakes.some((other) => String(other[field]) !== String(own[field])))
      return [
        key,
        {
          ...group,
          label: [
            group.label,
            ...differing.map((field) => `${isRecipeField(field) ? recipeWords(field) : field} ${String(own[field])}`),
          ].join(', '),
        },
      ]
    }),
  )
}

/**
 * Keeps one run per settings: a repetition of the same settings is the same experiment and not another seed.
 * Prefers a finished run, then the newest.
 */
export function withoutRepetitions<R extends Pick<RunSummary, 'id' | 'settingsHash' | 'state'>>(runs: readonly R[]): R[] {
  const chosen = new Map<string, R>()
  for (const run of runs) {
    const other = chosen.get(run.settingsHash)
    if (!other || rank(run) > rank(other) || (rank(run) === rank(other) && run.id > other.id)) chosen.set(run.settingsHash, run)
  }
  return [...chosen.values()]
}

function rank(run: Pick<RunSummary, 'state'>): number {
  return run.state === 'finished' ? 2 : run.state === 'diverged' ? 1 : 0
}

function experimentLabel(settings: Settings): string {
  const { dataset, recipe, network, initialWeights } = settings
  const start = initialWeights ? [`starts from weights of ${initialWeights.name}`] : []
  return [
    `${dataset.name}, ${recipe.name} (${recipeLength(recipe)}), widths ${widthsOf(network).join('-')}`,
    ...commonTraits(network),
    ...start,
  ].join(', ')
}
