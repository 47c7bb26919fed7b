import { type DatasetManifest, fixedImageOf, imageBytesOf } from '../../../common/data/dataset.ts'
import type { Labels } from '../../../common/data/labels.ts'
import { perChannelMoments, perPixelMoments } from '../../../common/data/mean.ts'
import { splitIndices } from '../../../common/data/split.ts'
import type { Recipe } from '../../../common/training/recipe.ts'
import type { RunSettings } from '../../../common/training/run-settings.ts'
import { readSplit } from '../../data/stored/dataset-folder.ts'
import type { ResidentData } from '../backend/backend.ts'
import type { BatchSource } from './batch-source.ts'
import { ResidentSource } from './resident-source.ts'

/** A run's data: what the backend is to hold, and which of its images serve which purpose. */
export interface RunData {
  /** Training images come first, test images follow. */
  readonly resident: ResidentData
  readonly training: BatchSource
  readonly validation: Int32Array
  readonly test: Int32Array
}

/**
 * Reads both splits, checks their checksums, holds out the validation images and takes the mean of the others.
 * @throws SkiplabError bad-input naming file and offset
 */
export async function readRunData(
  folder: string,
  manifest: DatasetManifest,
  { recipe, seed }: Pick<RunSettings, 'recipe' | 'seed'>,
): Promise<RunData> {
  const [train, test] = await Promise.all([
    readSplit(folder, manifest, 'train', { verifyChecksum: true }),
    readSplit(folder, manifest, 'test', { verifyChecksum: true }),
  ])
  const split = splitIndices(manifest.splits.train.count, recipe.validationSize, recipe.splitSeed, train.labels)
  const image = fixedImageOf(manifest)
  const imageBytes = imageBytesOf(image)
  const trainCount = manifest.splits.train.count
  const images = (start: number, end: number): Uint8Array => {
    if (end <= trainCount) return train.images.subarray(start * imageBytes, end * imageBytes)
    if (start >= trainCount) return test.images.subarray((start - trainCount) * imageBytes, (end - trainCount) * imageBytes)
    const both = new Uint8Array((end - start) * imageBytes)
    both.set(train.images.subarray(start * imageBytes))
    both.set(test.images.subarray(0, (end - trainCount) * imageBytes), (trainCount - start) * imageBytes)
    return both
  }
  return {
    resident: {
      images,
      labels: labelsOf(train.labels, test.labels),
      ...normalization(train.images, imageBytes, image.channels, split.train, recipe.normalization),
    },
    training: new ResidentSource({ train: split.train, channels: image.channels, recipe, seed }),
    validation: Int32Array.from(split.validation),
    test: Int32Array.from({ length: manifest.splits.test.count }, (_, index) => trainCount + index),
  }
}

function labelsOf(train: Labels, test: Labels): Int32Array {
  const labels = new Int32Array(train.length + test.length)
  labels.set(train)
  labels.set(test, train.length)
  return labels
}

function normalization(
  images: Uint8Array,
  imageBytes: number,
  channels: number,
  indices: Uint32Array,
  kind: Recipe['normalization'],
): { mean: Float32Array; inverseStd: Float32Array } {
  const ones = new Float32Array(channels).fill(1)
  switch (kind) {
    case 'none':
      return { mean: new Float32Array(channels), inverseStd: ones }
    case 'per-pixel-mean':
      return { mean: perPixelMoments(images, imageBytes, indices).mean, inverseStd: ones }
    case 'per-channel-mean':
      return { mean: perChannelMoments(images, imageBytes, channels, indices).mean, inverseStd: ones }
    case 'per-channel-mean-std': {
      const { mean, std } = perChannelMoments(images, imageBytes, channels, indices)
      // A constant channel has no spread to divide by.
      return { mean, inverseStd: std.map((value) => (value > 0 ? 1 / value : 1)) }
    }
  }
}
