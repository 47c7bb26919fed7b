import { depthOf, labelOf, settingsOf, widthsOf } from '../network/design.ts'
import { recipeSchema } from '../training/recipe.ts'
import { builtInRecipes, recipeForDepth } from '../training/recipes.ts'
import type { RunSettings } from '../training/run-settings.ts'
import type { Sweep } from './sweep.ts'

/**
 * The sweep that would queue one run again: its built-in recipe and what differs from it. A recipe that is not built in becomes
 * differences from the first that is.
 */
export function sweepOfRun({ network, dataset, recipe, seed, initialWeights }: RunSettings): Sweep {
  const base = recipeForDepth(builtInRecipes.get(recipe.name)?.recipe ?? [...builtInRecipes.values()][0]!.recipe, depthOf(network))
  const fields = recipeSchema
    .keyof()
    .options.filter((field) => field !== 'name' && JSON.stringify(recipe[field]) !== JSON.stringify(base[field]))
  const settings = settingsOf(network)
  // Setting epochs clears iterations and the other way round.
  const implied = recipe.epochs === null ? 'epochs' : 'iterations'
  return {
    name: labelOf(network),
    dataset: dataset.name,
    recipe: base.name,
    set: Object.fromEntries(fields.filter((field) => field !== implied).map((field) => [field, recipe[field]])),
    architecture: network.architecture,
    families: [network.family],
    depths: [depthOf(network)],
    shortcuts: [network.shortcut],
    widths: [[...widthsOf(network)]],
    ...(Object.keys(settings).length > 0 && { network: settings }),
    seeds: [seed],
    ...(initialWeights && { initialWeights: initialWeights.sha256 }),
    priority: 0,
  }
}
