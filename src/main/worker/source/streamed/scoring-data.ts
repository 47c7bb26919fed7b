import type { DatasetManifest } from '../../../../common/data/dataset.ts'
import type { ViewGroup } from '../../../../common/evaluation/scoring-plan.ts'
import type { AnalysedSplit } from '../../../../common/analyses/analysis.ts'
import { Random, randomStreams } from '../../../../common/training/random.ts'
import type { RunSettings } from '../../../../common/training/run-settings.ts'
import { areImagesScaled } from '../../../../common/data/streaming.ts'
import type { ImageSize } from '../../../../common/training/scaled-crop.ts'
import type { Normalization, StreamedImages } from '../../backend/backend.ts'
import { normalizationOf } from '../batches/normalization.ts'
import { runSplit } from '../batches/run-split.ts'
import { ImagePipeline } from './image-pipeline.ts'
import { resizeImage } from './scale-window.ts'
import { requireChannels } from './streamed-data.ts'
import { StreamedSet, testWindow, type WindowSelection } from './streamed-images.ts'
import { openSplit, type StoredSplit } from './stored-split.ts'
import { momentsFor, momentsKeyOf } from './training-moments.ts'
import { verifyOnce } from './verified-splits.ts'

/** Images that are read in order; they bring their pixels. */
export interface PixelSet {
  readonly count: number
  /** Gives images [start, end), at least one; valid until the next are asked for. */
  read(start: number, end: number): Promise<StreamedImages>
  /** Ends the thread that reads ahead. */
  close(): Promise<void>
}

/** A split that is scored, and the images that its network was trained on. */
export interface ScoringData {
  /** Class of each image: int32 [images]. */
  readonly labels: Int32Array
  /** Index of each image in the split of the data set that {@link imageSplit} names: int32 [images]. */
  readonly indices: Int32Array
  readonly imageSplit: string
  /** For images of a size other than the network's a mean image is resized bilinearly. */
  normalization(size: ImageSize): Normalization
  /** The split's images through one window or several: pixels [images, windows, height, width, channels]. */
  open(group: Pick<ViewGroup, 'windows' | 'windowCount'>, size: ImageSize): Promise<PixelSet>
  /** Some of the split's images as the network sees them in a single view, in this order. @param positions in the split */
  openSome(positions: Uint32Array): Promise<PixelSet>
  /** Training images without augmentation, shuffled as for the run's first epoch, in whole batches: the first ones fill up the last. */
  openTraining(batchSize: number): Promise<PixelSet>
}

type Selection = Pick<WindowSelection, 'split' | 'images'>
type WindowGroup = Pick<WindowSelection, 'windows'> & Pick<ViewGroup, 'windowCount'>

/**
 * Opens what an evaluation or an analysis reads; images stay on the disk. Bytes are checked unless an earlier run did.
 * @param threads cores that the evaluation has
 * @throws SkiplabError bad-input naming file and offset, or image
 */
export async function openScoringData(
  folder: string,
  manifest: DatasetManifest,
  { network, recipe, seed }: Pick<RunSettings, 'network' | 'recipe' | 'seed'>,
  split: AnalysedSplit,
  threads: number,
): Promise<ScoringData> {
  const [height, width, channels] = network.inputShape
  const size = { height, width }
  requireChannels(manifest, areImagesScaled(manifest, recipe))
  const stored = split === 'test' || manifest.splits.validation ? split : 'train'
  await verifyOnce(folder, manifest, [...new Set(['train', stored])])
  const trainSplit = await openSplit(folder, manifest, 'train')
  const { train, heldOut } = runSplit(manifest, recipe, trainSplit.labels)
  const ofTrain = split === 'train' ? train : heldOut
  const scored: Selection = stored === 'train' ? { split: trainSplit, images: ofTrain } : all(await openSplit(folder, manifest, stored))
  const open = (of: Selection, group: WindowGroup, to: ImageSize) => openSet(of, group, { manifest, to, threads })
  const single = { windows: testWindow({ size, scaled: areImagesScaled(manifest, recipe) }), windowCount: 1 }
  const normalization = await trainedNormalization()
  return {
    labels: Int32Array.from(scored.images, (image) => scored.split.labels[image]!),
    indices: Int32Array.from(scored.images),
    imageSplit: stored,
    normalization: (to) => resized(normalization, size, to, channels),
    open: (group, to) => open(scored, group, to),
    openSome: (positions) => open({ split: scored.split, images: positions.map((position) => scored.images[position]!) }, single, size),
    openTraining(batchSize) {
      const order = new Random(seed, randomStreams.order, 1).shuffle(train.slice())
      const count = Math.ceil(order.length / batchSize) * batchSize
      return open({ split: trainSplit, images: Uint32Array.from({ length: count }, (_, at) => order[at % order.length]!) }, single, size)
    },
  }

  async function trainedNormalization(): Promise<Normalization> {
    if (['none', 'given'].includes(recipe.normalization)) return normalizationOf(recipe, channels, noMoments)
    const set = await open({ split: trainSplit, images: train }, single, size)
    try {
      const moments = await momentsFor(folder, momentsKeyOf(manifest, network, recipe), set)
      return normalizationOf(recipe, channels, { perPixelMean: () => moments.perPixelMean, perChannel: () => moments })
    } finally {
      await set.close()
    }
  }
}

const noMoments = {
  perPixelMean: () => new Float32Array(0),
  perChannel: () => ({ mean: new Float32Array(0), std: new Float32Array(0) }),
}

async function openSet(
  { split, images }: Selection,
  { windows, windowCount }: WindowGroup,
  { manifest, to, threads }: { readonly manifest: DatasetManifest; readonly to: ImageSize; readonly threads: number },
): Promise<PixelSet> {
  const { image } = manifest
  const encoded = image.size === 'varied' && image.encoding === 'encoded'
  // One more than one: while a file is read, another image is decoded.
  const pipeline = await ImagePipeline.start({
    files: [split.path],
    channels: image.channels,
    encoded,
    ...to,
    windows: windowCount,
    atOnce: Math.max(2, threads),
  })
  const set = new StreamedSet({ pipeline, file: 0, split, images, windows })
  return { count: set.count, read: (start, end) => set.read(start, end), close: () => pipeline.close() }
}

function all(split: StoredSplit): Selection {
  return { split, images: Uint32Array.from({ length: split.count }, (_, index) => index) }
}

function resized({ mean, inverseStd }: Normalization, from: ImageSize, to: ImageSize, channels: number): Normalization {
  const isImage = mean.length > channels
  const same = from.height === to.height && from.width === to.width
  return { mean: isImage && !same ? resizeImage(mean, from, to, channels) : mean, inverseStd }
}
