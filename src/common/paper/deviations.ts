import { depthOf, type NetworkDesign } from '../network/design.ts'
import { type Deviation, deviationWords, recipeDeviations } from '../training/deviations.ts'
import type { Recipe } from '../training/recipe.ts'
import { builtInRecipes, recipeForDepth } from '../training/recipes.ts'
import type { RunSettings } from '../training/run-settings.ts'
import { dataDeviations } from './data-deviations.ts'
import { depthDeviations, networkDeviations } from './network-deviations.ts'
import type { PublishedData } from './published.ts'

type Settings = Pick<RunSettings, 'network' | 'dataset' | 'recipe' | 'initialWeights'>

/** One thing in which runs differ from the paper's own. */
export interface PaperDeviation {
  /** "batch size". */
  readonly what: string
  /** "batch size 64 instead of 128", and of how many of the runs where it is not of all. */
  readonly words: string
}

/** The paper's own of a layout: section 3.4 for ImageNet nets and what it compares with them, else section 4.2. */
function sectionOf({ architecture }: NetworkDesign): { readonly data: PublishedData; readonly recipe: Recipe } {
  const isLarge = architecture === 'imagenet' || architecture === 'vgg'
  const { recipe } = builtInRecipes.get(isLarge ? 'paper-imagenet' : 'paper-cifar10')!
  return { data: isLarge ? 'imagenet' : 'cifar10', recipe }
}

/** What deviations are of, in the order in which they are told. */
const parts = {
  data: ({ network, dataset }: Settings) => dataDeviations(sectionOf(network).data, network, dataset.name),
  depths: ({ network }: Settings) => depthDeviations(network),
  network: ({ network }: Settings) => networkDeviations(network),
  recipe: ({ network, recipe }: Settings) => recipeDeviations(recipe, recipeForDepth(sectionOf(network).recipe, depthOf(network))),
  start: ({ initialWeights }: Settings): Deviation[] =>
    initialWeights ? [{ what: 'starts from', own: `weights of ${initialWeights.name}`, reference: 'drawn ones' }] : [],
} as const

/**
 * Finds in what runs differ from the paper's own of their layout: data, depth, network, recipe and what they start from. The most
 * important first; none where they are the paper's.
 * @param runs one, or those of a sweep or a figure
 * @param depths what is to be said of their depths instead, as of a figure that has depths of its own
 */
export function deviationsFromPaper(runs: readonly Settings[], depths?: readonly string[]): PaperDeviation[] {
  return [
    ...together(runs.map(parts.data)),
    ...(depths?.map((words) => ({ what: 'depths', words })) ?? together(runs.map(parts.depths), true)),
    ...together(runs.map(parts.network)),
    ...together(runs.map(parts.recipe)),
    ...together(runs.map(parts.start)),
  ]
}

/** "data shapes-10 (10 classes) instead of CIFAR-10 (10 classes); epochs 10 instead of 64000 iterations"; null where nothing differs. */
export function unlikeThePaper(runs: readonly Settings[]): string | null {
  return (
    deviationsFromPaper(runs)
      .map(({ words }) => words)
      .join('; ') || null
  )
}

/**
 * Tells once what is of several runs.
 * @param areDepths a depth is one family's, so that how many runs have it says nothing
 */
function together(each: readonly (readonly Deviation[])[], areDepths = false): PaperDeviation[] {
  const groups = new Map<string, { first: Deviation; own: Set<string>; runs: number }>()
  for (const deviation of each.flat()) {
    const key = `${deviation.what}\n${deviation.reference}`
    const group = groups.get(key) ?? { first: deviation, own: new Set(), runs: 0 }
    group.own.add(deviation.own)
    groups.set(key, { ...group, runs: group.runs + 1 })
  }
  return [...groups.values()].map(({ first, own, runs }) => {
    const words = deviationWords({ ...first, own: [...own].join(', ') })
    const isOfAll = areDepths || runs === each.length
    return { what: areDepths ? 'depths' : first.what, words: isOfAll ? words : `${words} (${runs} of ${each.length} runs)` }
  })
}
