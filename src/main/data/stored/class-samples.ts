import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { type DatasetManifest, fixedImageOf, imageBytesOf, splitOf } from '../../../common/data/dataset.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { shrinkImage } from '../decode/shrink-image.ts'
import { readLabels } from './dataset-folder.ts'
import { IndexedImages } from './image-index.ts'
import { addAgain } from './stored-file.ts'

export interface ClassSample {
  /** Index in the split. */
  readonly index: number
  /** [height, width, channels] */
  readonly shape: readonly [number, number, number]
  /** uint8 [height, width, channels]. */
  readonly pixels: Buffer
}

/** Largest height and width, in pixels, at which images of varied size are shown. */
const shownSide = 96

/**
 * Reads the first `count` images of one class: the labels, then only these images.
 * @throws SkiplabError bad-input naming file and offset; not-found for a split that is not there
 */
export async function readClassSamples(
  folder: string,
  manifest: DatasetManifest,
  split: string,
  classIndex: number,
  count: number,
): Promise<ClassSample[]> {
  const labels = await readLabels(folder, manifest, split)
  const indices: number[] = []
  for (let index = labels.indexOf(classIndex); index >= 0 && indices.length < count; index = labels.indexOf(classIndex, index + 1))
    indices.push(index)
  return readSamples(folder, manifest, split, indices)
}

/**
 * Reads images by their indices.
 * @throws SkiplabError bad-input naming file and offset, or for an index beyond the split; not-found for a split that is not there
 */
export async function readSamples(
  folder: string,
  manifest: DatasetManifest,
  split: string,
  indices: readonly number[],
): Promise<ClassSample[]> {
  const { count } = splitOf(manifest, split)
  const beyond = indices.find((index) => index >= count)
  if (beyond !== undefined)
    throw new SkiplabError('bad-input', `The ${split} split of ${manifest.name} has images 0 to ${count - 1}; got ${beyond}.`)
  return manifest.image.size === 'fixed' ? fixedSamples(folder, manifest, split, indices) : variedSamples(folder, manifest, split, indices)
}

async function fixedSamples(folder: string, manifest: DatasetManifest, split: string, indices: readonly number[]): Promise<ClassSample[]> {
  const path = join(folder, splitOf(manifest, split).images)
  const image = fixedImageOf(manifest)
  const size = imageBytesOf(image)
  const samples: ClassSample[] = []
  const file = await open(path, 'r')
  try {
    for (const index of indices) {
      const pixels = Buffer.alloc(size)
      const { bytesRead } = await file.read(pixels, 0, size, index * size)
      if (bytesRead < size)
        throw new SkiplabError('bad-input', `${path}: it ends at offset ${index * size + bytesRead}, in image ${index}. ${addAgain}`)
      samples.push({ index, shape: [image.height, image.width, image.channels], pixels })
    }
  } finally {
    await file.close()
  }
  return samples
}

async function variedSamples(folder: string, manifest: DatasetManifest, split: string, indices: readonly number[]): Promise<ClassSample[]> {
  const { image } = manifest
  const raw = image.size === 'varied' && image.encoding === 'raw'
  const images = await IndexedImages.open(folder, manifest, split)
  try {
    const samples: ClassSample[] = []
    for (const index of indices) {
      const { bytes, height, width } = await images.read(index)
      const where = `${join(folder, splitOf(manifest, split).images)}, image ${index}`
      samples.push({ index, ...(await shrinkImage(bytes, raw ? { height, width, channels: image.channels } : null, shownSide, where)) })
    }
    return samples
  } finally {
    await images.close()
  }
}
