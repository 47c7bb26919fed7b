import { type ComparedRun, depthName } from '../analysis/depth-results.ts'
import { withoutRepetitions } from '../analysis/experiment.ts'
import { type SeedStatistics, seedStatistics } from '../analysis/statistics.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import { architectureNamed } from '../network/architectures/architectures.ts'
import { type NetworkDesign, depthOf, designAt, labelOf } from '../network/design.ts'
import { deviationWords, recipeDeviations } from '../training/deviations.ts'
import { dataDeviations, isPublishedData } from './data-deviations.ts'
import { publishedData, type PublishedData, type PublishedResult, publishedResults } from './published.ts'
import { publishedRecipe } from './published-recipes.ts'

/** One network's runs held against one published number. Errors are fractions. */
export interface PublishedComparison {
  /** "residual-56 A". */
  readonly network: string
  readonly published: PublishedResult
  /** The published number that own ones are compared with: the mean where both are of several runs, else the printed value. */
  readonly reference: number
  /** The same number of one's own: over seeds that finished, at the same epoch, last or best; null where none has it. */
  readonly own: SeedStatistics | null
  /** Own mean minus the reference; null where there is none, or no more is published than that the error is above it. */
  readonly difference: number | null
  /** In what the two were not come by alike: "recipe: epochs 10 instead of 64000 iterations"; none where nothing is known to differ. */
  readonly differs: readonly string[]
}

/** What of a test of a run counts here. */
export type ComparedTest = Pick<Evaluation, 'id' | 'runIds' | 'checkpoint' | 'split' | 'batchStatistics' | 'protocol' | 'state' | 'results'>

const architectures: Readonly<Record<PublishedData, string>> = { cifar10: 'cifar', imagenet: 'imagenet' }

/**
 * Holds runs of one network, seeds of one experiment, against every number that is published of it. Networks are the same where all but
 * images and classes agree: those are data, and are named where they differ.
 * @param runs in any state, one at least
 * @param tests of any runs: numbers of other protocols than the single view after each epoch are compared with those
 */
export function heldAgainst(runs: readonly ComparedRun[], tests: readonly ComparedTest[] = []): PublishedComparison[] {
  const { network, dataset, recipe } = runs[0]!.settings
  const finished = withoutRepetitions(runs).filter(({ state }) => state === 'finished')
  return publishedOf(network).map((published): PublishedComparison => {
    const { own, asPublished } = ownValues(finished, tests, published)
    const words = recipeDeviations(recipe, publishedRecipe(published)).map(deviationWords)
    const { repeated, value, above } = published
    const reference = repeated && own && own.count > 1 ? repeated.mean : value
    return {
      network: depthName(network),
      published,
      reference,
      own,
      difference: own && !above ? own.mean - reference : null,
      differs: [
        ...(words.length === 0 ? [] : [`recipe: ${words.join(', ')}`]),
        ...dataWords(published, network, dataset.name),
        ...measureWords(published, asPublished, reference),
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

/** Own values of tests as the source made them where there are any, else of the single view after the epoch. */
function ownValues(finished: readonly ComparedRun[], tests: readonly ComparedTest[], published: PublishedResult) {
  const tested = finished.flatMap((run) => testedValue(run, tests, published) ?? [])
  if (tested.length > 0) return { own: seedStatistics(tested), asPublished: true }
  const { protocol } = published
  return {
    own: seedStatistics(finished.flatMap((run) => epochValue(run, published) ?? [])),
    asPublished: protocol === null || protocol === 'single-view',
  }
}

function epochValue(run: ComparedRun, { images, metric, checkpoint }: PublishedResult): number | undefined {
  const epoch = checkpoint === 'best' ? run.bestEpoch : run.lastEpoch
  return epoch?.results[images === 'training' ? 'train' : 'test'][metric]
}

/** The newest test of a run alone under the protocol of a published number. */
function testedValue({ id }: ComparedRun, tests: readonly ComparedTest[], published: PublishedResult): number | undefined {
  if (published.protocol === null || published.protocol === 'single-view') return undefined
  return tests.findLast((test) => isMeasuredAs(test, published) && test.runIds[0] === id)?.results?.[published.metric]
}

/** Whether a test of one run was made as a published number: its protocol and epoch, BN's moving statistics, images held apart. */
export function isMeasuredAs(test: ComparedTest, { protocol, checkpoint, images, members }: PublishedResult): boolean {
  return (
    test.state === 'finished' &&
    test.runIds.length === 1 &&
    members === 1 &&
    images !== 'training' &&
    test.protocol === protocol &&
    test.checkpoint === checkpoint &&
    test.split === 'test' &&
    test.batchStatistics === 'moving'
  )
}

/** The paper's data set that these runs are of; null for any other. */
export function publishedDataOf({ settings: { dataset, network } }: Pick<ComparedRun, 'settings'>): PublishedData | null {
  return publishedData.find((data) => isPublishedData(data, dataset.name, network.classes)) ?? null
}

function dataWords({ data }: PublishedResult, network: NetworkDesign, dataset: string): string[] {
  const told = dataDeviations(data, network, dataset).map((each) => deviationWords(each).replace(/^data /, ''))
  return told.length === 0 ? [] : [`data: ${told.join(', ')}`]
}

function measureWords(result: PublishedResult, asPublished: boolean, reference: number): string[] {
  const told = [
    ...(asPublished ? [] : [`tested in a single view instead of ${result.protocol}`]),
    ...(result.members === 1 ? [] : ['one network instead of an ensemble']),
    ...(result.repeated && reference === result.value ? [`one run instead of the ${bestOfWords(result.repeated)}`] : []),
  ]
  return told.length === 0 ? [] : [`measure: ${told.join(', ')}`]
}

/** "best of 5 runs": how a value was chosen that was trained several times. */
export function bestOfWords({ runs }: NonNullable<PublishedResult['repeated']>): string {
  return `best of ${runs ?? 'several'} runs`
}
