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
  /** Training images come first, those of the data set's own validation split and test images follow. */
  readonly resident: ResidentData
  readonly training: BatchSource
  readonly validation: Int32Array
  readonly test: Int32Array
}

/**
 * Reads the splits, checks their checksums, sets the validation images apart (the data set's own split of this name, else held out of
 * the training images) and takes the mean of those that are trained on.
 * @throws SkiplabError bad-input naming file and offset
 */
export async function readRunData(
  folder: string,
  manifest: DatasetManifest,
  { recipe, seed }: Pick<RunSettings, 'recipe' | 'seed'>,
): Promise<RunData> {
  const names = manifest.splits.validation ? ['train', 'validation', 'test'] : ['train', 'test']
  const parts = await Promise.all(names.map((name) => readSplit(folder, manifest, name, { verifyChecksum: true })))
  const { images, labels } = parts[0]!
  const ownValidation = manifest.splits.validation?.count ?? 0
  const split = splitIndices(labels.length, ownValidation ? 0 : recipe.validationSize, recipe.splitSeed, labels)
  const image = fixedImageOf(manifest)
  const imageBytes = imageBytesOf(image)
  const testStart = labels.length + ownValidation
  const resident = {
    images: (start: number, end: number) =>
      bytesBetween(
        parts.map((part) => part.images),
        start * imageBytes,
        end * imageBytes,
      ),
    labels: allLabels(parts.map((part) => part.labels)),
    ...normalization(images, imageBytes, image.channels, split.train, recipe.normalization),
  }
  return {
    resident,
    training: new ResidentSource({ train: split.train, channels: image.channels, recipe, seed }),
    validation: ownValidation ? indicesFrom(labels.length, ownValidation) : Int32Array.from(split.validation),
    test: indicesFrom(testStart, manifest.splits.test.count),
  }
}

const indicesFrom = (first: number, count: number) => Int32Array.from({ length: count }, (_, index) => first + index)

/** Bytes [start, end) of the parts as if they were one; a copy only where they lie in more than one. */
function bytesBetween(parts: readonly Uint8Array[], start: number, end: number): Uint8Array {
  const pieces: Uint8Array[] = []
  let first = 0
  for (const part of parts) {
    const piece = part.subarray(Math.max(0, start - first), Math.max(0, end - first))
    if (piece.length > 0) pieces.push(piece)
    first += part.length
  }
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}

function allLabels(parts: readonly Labels[]): Int32Array {
  const all = new Int32Array(parts.reduce((count, part) => count + part.length, 0))
  let first = 0
  for (const part of parts) {
    all.set(part, first)
    first += part.length
  }
  return all
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
