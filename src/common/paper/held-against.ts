import { type ComparedRun, depthName } from '../analysis/depth-results.ts'
import { withoutRepetitions } from '../analysis/experiment.ts'
import { type SeedStatistics, seedStatistics } from '../analysis/statistics.ts'
import { architectureNamed } from '../network/architectures/architectures.ts'
import { type NetworkDesign, depthOf, designAt, labelOf } from '../network/design.ts'
import { deviationWords, recipeDeviations } from '../training/deviations.ts'
import { dataDeviations } from './data-deviations.ts'
import { type PublishedData, type PublishedResult, publishedResults } from './published.ts'
import { publishedRecipe } from './published-recipes.ts'

/** One network's runs held against one published number. Errors are fractions. */
export interface PublishedComparison {
  /** "residual-56 A". */
  readonly network: string
  readonly published: PublishedResult
  /** The same number of one's own: over seeds that finished, at the same epoch, last or best; null where none has it. */
  readonly own: SeedStatistics | null
  /** Own mean minus the published value. */
  readonly difference: number | null
  /** In what the two were not come by alike: "recipe: epochs 10 instead of 64000 iterations"; none where nothing is known to differ. */
  readonly differs: readonly string[]
}

const architectures: Readonly<Record<PublishedData, string>> = { cifar10: 'cifar', imagenet: 'imagenet' }

/**
 * Holds runs of one network, seeds of one experiment, against every number that is published of it. Networks are the same where all but
 * images and classes agree: those are data, and are named where they differ.
 * @param runs in any state, one at least
 */
export function heldAgainst(runs: readonly ComparedRun[]): PublishedComparison[] {
  const { network, dataset, recipe } = runs[0]!.settings
  const finished = withoutRepetitions(runs).filter(({ state }) => state === 'finished')
  return publishedOf(network).map((result): PublishedComparison => {
    const own = seedStatistics(finished.flatMap((run) => ownValue(run, result) ?? []))
    const words = recipeDeviations(recipe, publishedRecipe(result)).map(deviationWords)
    return {
      network: depthName(network),
      published: result,
      own,
      difference: own && own.mean - result.value,
      differs: [
        ...(words.length === 0 ? [] : [`recipe: ${words.join(', ')}`]),
        ...dataWords(result, network, dataset.name),
        ...measureWords(result),
      ],
    }
  })
}

/** Everything that is published of a network, whatever it was trained on; the paper's own first. */
export function publishedOf(design: NetworkDesign): readonly PublishedResult[] {
  const known = published.get(design)
  if (known) return known
  const found = publishedResults.filter((result) => isOf(result, design))
  published.set(design, found)
  return found
}
/** Runs of one list share their designs as objects. */
const published = new WeakMap<NetworkDesign, readonly PublishedResult[]>()

/** Whether a published number is of a network with this design; its images and classes do not count. */
function isOf({ net, data }: PublishedResult, design: NetworkDesign): boolean {
  if (net === null || design.architecture !== architectures[data] || design.family !== net.family || depthOf(design) !== net.layers)
    return false
  if (!architectureNamed(design.architecture).hasDepth(net.layers, {})) return false
  const { inputShape, classes } = design
  const point = { family: net.family, depth: net.layers, shortcut: net.shortcut ?? 'A', inputShape, classes }
  return labelOf(designAt(design.architecture, point)) === labelOf(design)
}

function ownValue(run: ComparedRun, { images, metric, checkpoint }: PublishedResult): number | undefined {
  const epoch = checkpoint === 'best' ? run.bestEpoch : run.lastEpoch
  return epoch?.results[images === 'training' ? 'train' : 'test'][metric]
}

function dataWords({ data }: PublishedResult, network: NetworkDesign, dataset: string): string[] {
  const told = dataDeviations(data, network, dataset).map((each) => deviationWords(each).replace(/^data /, ''))
  return told.length === 0 ? [] : [`data: ${told.join(', ')}`]
}

function measureWords({ protocol, members }: PublishedResult): string[] {
  const told = [
    ...(protocol !== null && protocol !== 'single-view' ? [`tested in a single view instead of ${protocol}`] : []),
    ...(members === 1 ? [] : ['one network instead of an ensemble']),
  ]
  return told.length === 0 ? [] : [`measure: ${told.join(', ')}`]
}
