import { type DatasetManifest, fixedImageOf, imageBytesOf } from '../../../../common/data/dataset.ts'
import { ImageSums } from '../../../../common/data/image-sums.ts'
import type { Labels } from '../../../../common/data/labels.ts'
import { perChannelMoments, perPixelMoments } from '../../../../common/data/mean.ts'
import { principalComponents } from '../../../../common/data/principal-components.ts'
import type { RunSettings } from '../../../../common/training/run-settings.ts'
import { readSplit } from '../../../data/stored/dataset-folder.ts'
import type { ResidentData } from '../../backend/backend.ts'
import { residentImages, type ResidentImages, type RunData } from '../batches/batch-source.ts'
import { normalizationOf } from '../batches/normalization.ts'
import { runSplit } from '../batches/run-split.ts'
import { ResidentSource } from './resident-source.ts'

/**
 * Reads the splits, checks their checksums and takes the mean of the images that are trained on. The backend is to hold the training
 * images first, then those of the data set's own validation split and the test images.
 * @throws SkiplabError bad-input naming file and offset
 */
export async function readResidentData(
  folder: string,
  manifest: DatasetManifest,
  { recipe, seed }: Pick<RunSettings, 'recipe' | 'seed'>,
): Promise<RunData & { readonly held: ResidentData; readonly validation: ResidentImages; readonly test: ResidentImages }> {
  const image = fixedImageOf(manifest)
  const imageBytes = imageBytesOf(image)
  const names = manifest.splits.validation ? ['train', 'validation', 'test'] : ['train', 'test']
  const parts = await Promise.all(names.map((name) => readSplit(folder, manifest, name, { verifyChecksum: true })))
  const { images, labels } = parts[0]!
  const { train, heldOut, ownValidation } = runSplit(manifest, recipe, labels)
  const testStart = labels.length + ownValidation
  const held = {
    images: (start: number, end: number) =>
      bytesBetween(
        parts.map((part) => part.images),
        start * imageBytes,
        end * imageBytes,
      ),
    labels: allLabels(parts.map((part) => part.labels)),
    ...normalizationOf(recipe, image.channels, {
      perPixelMean: () => perPixelMoments(images, imageBytes, train).mean,
      perChannel: () => perChannelMoments(images, imageBytes, image.channels, train),
    }),
  }
  const components = recipe.pcaShift > 0 ? componentsOf(images, imageBytes, image.channels, train) : null
  return {
    held,
    training: new ResidentSource({ train, channels: image.channels, recipe, seed, components }),
    validation: residentImages(ownValidation ? indicesFrom(labels.length, ownValidation) : Int32Array.from(heldOut)),
    test: residentImages(indicesFrom(testStart, manifest.splits.test.count)),
    testLabels: parts.at(-1)!.labels,
    close: () => Promise.resolve(),
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

function componentsOf(images: Uint8Array, imageBytes: number, channels: number, indices: Uint32Array): Float64Array {
  const sums = new ImageSums(imageBytes, channels)
  for (const index of indices) sums.add(images.subarray(index * imageBytes, (index + 1) * imageBytes))
  return principalComponents(sums.covariance(), channels)
}
