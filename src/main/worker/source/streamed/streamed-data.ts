import type { DatasetManifest } from '../../../../common/data/dataset.ts'
import { principalComponents } from '../../../../common/data/principal-components.ts'
import { areImagesScaled } from '../../../../common/data/streaming.ts'
import { SkiplabError } from '../../../../common/failure.ts'
import type { RunSettings } from '../../../../common/training/run-settings.ts'
import type { RunData } from '../batches/batch-source.ts'
import { normalizationOf } from '../batches/normalization.ts'
import { runSplit } from '../batches/run-split.ts'
import { ImagePipeline } from './image-pipeline.ts'
import { momentsFor, momentsKeyOf } from './training-moments.ts'
import { openSplit } from './stored-split.ts'
import { StreamedSet, testWindow } from './streamed-images.ts'
import { StreamedSource } from './streamed-source.ts'
import { verifyOnce } from './verified-splits.ts'

/**
 * Opens a data set whose images stay on the disk: checks its bytes unless an earlier run did, and takes the moments of the images that
 * are trained on, which are stored beside it, or those that an earlier run stored.
 * @param threads cores that the run has
 * @throws SkiplabError bad-input naming file and offset, or image
 */
export async function openStreamedData(
  folder: string,
  manifest: DatasetManifest,
  { network, recipe, seed }: Pick<RunSettings, 'network' | 'recipe' | 'seed'>,
  threads: number,
): Promise<RunData> {
  const [height, width, channels] = network.inputShape
  const isScaled = areImagesScaled(manifest, recipe)
  const encoded = manifest.image.size === 'varied' && manifest.image.encoding === 'encoded'
  requireChannels(manifest, isScaled)
  const names = manifest.splits.validation ? ['train', 'test', 'validation'] : ['train', 'test']
  await verifyOnce(folder, manifest, names)
  const [trainSplit, testSplit, ownSplit] = await Promise.all(names.map((name) => openSplit(folder, manifest, name)))
  const { train, heldOut } = runSplit(manifest, recipe, trainSplit!.labels)
  const files = [trainSplit, testSplit, ownSplit].flatMap((split) => (split ? [split.path] : []))
  // One more than one: while a file is read, another image is decoded.
  const pipeline = await ImagePipeline.start({ files, channels, encoded, height, width, windows: 1, atOnce: Math.max(2, threads) })
  try {
    const shared = { pipeline, size: { height, width }, scaled: isScaled }
    const set = { pipeline, windows: testWindow(shared) }
    const ofTrain = { file: 0, split: trainSplit! }
    const needsMoments = !['none', 'given'].includes(recipe.normalization) || recipe.pcaShift > 0
    const moments = needsMoments
      ? await momentsFor(folder, momentsKeyOf(manifest, network, recipe), new StreamedSet({ ...set, ...ofTrain, images: train }))
      : null
    const components = moments && recipe.pcaShift > 0 ? principalComponents(moments.covariance, channels) : null
    const all = (count: number) => Uint32Array.from({ length: count }, (_, index) => index)
    return {
      held: normalizationOf(recipe, channels, { perPixelMean: () => moments!.perPixelMean, perChannel: () => moments! }),
      training: new StreamedSource({ ...shared, ...ofTrain, train, channels, recipe, seed, components }),
      validation: ownSplit
        ? new StreamedSet({ ...set, file: 2, split: ownSplit, images: all(ownSplit.count) })
        : new StreamedSet({ ...set, ...ofTrain, images: heldOut }),
      test: new StreamedSet({ ...set, file: 1, split: testSplit!, images: all(testSplit!.count) }),
      testLabels: testSplit!.labels,
      close: () => pipeline.close(),
    }
  } catch (error) {
    await pipeline.close()
    throw error
  }
}

/** Scaling knows grey, grey with alpha, RGB, RGB with alpha. */
export function requireChannels({ name, image: { channels } }: DatasetManifest, isScaled: boolean): void {
  if (!isScaled || channels <= 4) return
  throw new SkiplabError(
    'bad-input',
    `The images of ${name} have ${channels} channels; expected at most 4 where they are scaled. Leave imageSize and scaleJitter out.`,
  )
}
