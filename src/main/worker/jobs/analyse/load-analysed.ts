import { buildNetwork, type Network } from '../../../../common/network/network.ts'
import { Random, randomStreams } from '../../../../common/training/random.ts'
import type { Recipe } from '../../../../common/training/recipe.ts'
import type { Normalization } from '../../backend/backend.ts'
import { readTestedWeights } from '../../checkpoint/tested-weights.ts'
import { openScoringData, type PixelSet } from '../../source/streamed/scoring-data.ts'
import { withHeartbeat } from '../evaluate/observer.ts'
import { firstState } from '../train/first-state.ts'
import type { AnalysedRun, AnalysisContext, AnalysisInput } from './analysis.ts'

/** A run's network with its weights at the analysed checkpoint. */
export interface AnalysedNetwork {
  readonly network: Network
  /** Weights and running statistics by name, and whatever else is there. */
  readonly state: ReadonlyMap<string, Float32Array>
  readonly recipe: Recipe
}

/** @throws SkiplabError bad-input where the checkpoint is damaged */
export function loadAnalysed(run: AnalysedRun): AnalysedNetwork {
  const { settings, checkpointFile, settingsHash } = run
  const state = checkpointFile === null ? initialStateOf(run) : readTestedWeights(checkpointFile, settingsHash)
  return { network: buildNetwork(settings.network), state, recipe: settings.recipe }
}

/** Weights that a run started from: drawn from its seed, or taken from another run. @throws Error where their file is not what it was */
export function initialStateOf({ settings, initialWeightsFile }: AnalysedRun): ReadonlyMap<string, Float32Array> {
  return firstState(buildNetwork(settings.network), settings, initialWeightsFile)
}

/** Images of a split as a run's network sees them in a single view, without augmentation. */
export interface AnalysedImages extends PixelSet {
  readonly normalization: Normalization
}

/** In which order images are taken: the same random one for all runs of a data set, or that in which they are stored, often by class. */
type ImageOrder = 'random' | 'stored'

/**
 * Opens some images of a split. The first ones are the same for any number of them.
 * @param count at most so many; a split may have fewer
 * @throws SkiplabError bad-input naming file and offset, or image
 */
export async function openImages(
  { settings, manifest, datasetFolder }: AnalysedRun,
  split: AnalysisInput<never>['split'],
  count: number,
  { device, observer }: Pick<AnalysisContext, 'device' | 'observer'>,
  order: ImageOrder = 'random',
): Promise<AnalysedImages> {
  const data = await withHeartbeat(observer, () => openScoringData(datasetFolder, manifest, settings, split, device.threads))
  const positions = Uint32Array.from(data.labels, (_, position) => position)
  if (order === 'random') new Random(0, randomStreams.analysis).shuffle(positions)
  const images = await data.openSome(positions.subarray(0, count))
  const [height, width] = settings.network.inputShape
  return {
    count: images.count,
    read: (start, end) => images.read(start, end),
    close: () => images.close(),
    normalization: data.normalization({ height, width }),
  }
}

/** Images that are held in memory. */
export interface HeldImages {
  /** uint8 [images, height, width, channels] */
  readonly pixels: Uint8Array
  /** Class of each image: int32 [images]. */
  readonly labels: Int32Array
  readonly normalization: Normalization
}

/** Images that are read at once. */
const readAtOnce = 250

/** Reads some images of a split into memory, as {@link openImages} opens them. */
export async function readImages(...given: Parameters<typeof openImages>): Promise<HeldImages> {
  const images = await openImages(...given)
  try {
    const [height, width, channels] = given[0].settings.network.inputShape
    const size = height * width * channels
    const pixels = new Uint8Array(images.count * size)
    const labels = new Int32Array(images.count)
    for (let start = 0; start < images.count; start += readAtOnce) {
      const read = await images.read(start, Math.min(images.count, start + readAtOnce))
      pixels.set(read.pixels, start * size)
      labels.set(read.labels, start)
    }
    return { pixels, labels, normalization: images.normalization }
  } finally {
    await images.close()
  }
}
