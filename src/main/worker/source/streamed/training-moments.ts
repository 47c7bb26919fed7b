import type { DatasetManifest } from '../../../../common/data/dataset.ts'
import { ImageSums } from '../../../../common/data/image-sums.ts'
import { areImagesScaled } from '../../../../common/data/streaming.ts'
import type { RunSettings } from '../../../../common/training/run-settings.ts'
import { momentsOf, type MomentsKey, readStoredMoments, storeMoments, type TrainingMoments } from './stored-moments.ts'
import type { StreamedSet } from './streamed-images.ts'

/** Images that are summed up at once. */
const momentsBatch = 128

/** All that the moments of a run's training images depend on. */
export function momentsKeyOf(manifest: DatasetManifest, { inputShape }: RunSettings['network'], recipe: RunSettings['recipe']): MomentsKey {
  const heldOut = manifest.splits.validation ? { validationSize: 0, splitSeed: 0 } : recipe
  const { validationSize, splitSeed } = heldOut
  return { checksum: manifest.checksum, inputShape, scaled: areImagesScaled(manifest, recipe), validationSize, splitSeed }
}

/** Moments that an earlier run stored beside the data set, else computed and stored. @param images that the run trains on */
export async function momentsFor(folder: string, key: MomentsKey, images: Pick<StreamedSet, 'count' | 'read'>): Promise<TrainingMoments> {
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
