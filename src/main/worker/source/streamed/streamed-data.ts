import type { DatasetManifest } from '../../../../common/data/dataset.ts'
import { ImageSums } from '../../../../common/data/image-sums.ts'
import { principalComponents } from '../../../../common/data/principal-components.ts'
import { areImagesScaled } from '../../../../common/data/streaming.ts'
import { SkiplabError } from '../../../../common/failure.ts'
import type { RunSettings } from '../../../../common/training/run-settings.ts'
import type { RunData } from '../batches/batch-source.ts'
import { normalizationOf } from '../batches/normalization.ts'
import { runSplit } from '../batches/run-split.ts'
import { ImagePipeline } from './image-pipeline.ts'
import { momentsOf, type MomentsKey, readStoredMoments, storeMoments, type TrainingMoments } from './stored-moments.ts'
import { openSplit } from './stored-split.ts'
import { StreamedSet } from './streamed-images.ts'
import { StreamedSource } from './streamed-source.ts'
import { verifyOnce } from './verified-splits.ts'

/** Images that are summed up at once. */
const momentsBatch = 128

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
  const pipeline = await ImagePipeline.start({ files, channels, encoded, height, width, atOnce: Math.max(2, threads) })
  try {
    const shared = { pipeline, size: { height, width }, scaled: isScaled }
    const ofTrain = { ...shared, file: 0, split: trainSplit! }
    const key = {
      checksum: manifest.checksum,
      inputShape: network.inputShape,
      scaled: isScaled,
      ...(ownSplit ? { validationSize: 0, splitSeed: 0 } : { validationSize: recipe.validationSize, splitSeed: recipe.splitSeed }),
    }
    const needsMoments = recipe.normalization !== 'none' || recipe.pcaShift > 0
    const moments = needsMoments ? await momentsFor(folder, key, new StreamedSet({ ...ofTrain, images: train })) : null
    const components = moments && recipe.pcaShift > 0 ? principalComponents(moments.covariance, channels) : null
    const all = (count: number) => Uint32Array.from({ length: count }, (_, index) => index)
    return {
      held: normalizationOf(recipe.normalization, channels, { perPixelMean: () => moments!.perPixelMean, perChannel: () => moments! }),
      training: new StreamedSource({ ...ofTrain, train, channels, recipe, seed, components }),
      validation: ownSplit
        ? new StreamedSet({ ...shared, file: 2, split: ownSplit, images: all(ownSplit.count) })
        : new StreamedSet({ ...ofTrain, images: heldOut }),
      test: new StreamedSet({ ...shared, file: 1, split: testSplit!, images: all(testSplit!.count) }),
      testLabels: testSplit!.labels,
      close: () => pipeline.close(),
    }
  } catch (error) {
    await pipeline.close()
    throw error
  }
}

/** Scaling knows grey, grey with alpha, RGB, RGB with alpha. */
function requireChannels({ name, image: { channels } }: DatasetManifest, isScaled: boolean): void {
  if (!isScaled || channels <= 4) return
  throw new SkiplabError(
    'bad-input',
    `The images of ${name} have ${channels} channels; expected at most 4 where they are scaled. Leave imageSize and scaleJitter out.`,
  )
}

async function momentsFor(folder: string, key: MomentsKey, images: StreamedSet): Promise<TrainingMoments> {
  const stored = await readStoredMoments(folder, key)
  if (stored) return stored
  const [height, width, channels] = key.inputShape
  const sums = new ImageSums(height * width * channels, channels)
  for (let start = 0; start < images.count; start += momentsBatch)
    sums.add((await images.read(start, Math.min(images.count, start + momentsBatch))).pixels)
  const moments = momentsOf(sums)
  await storeMoments(folder, key, moments)
  return moments
}
