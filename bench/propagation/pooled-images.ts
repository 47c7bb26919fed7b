import { join } from 'node:path'
import { perPixelMoments } from '../../src/common/data/mean.ts'
import { fixedImageOf } from '../../src/common/data/dataset.ts'
import { Random, randomStreams } from '../../src/common/training/random.ts'
import { readManifest, readSplit } from '../../src/main/data/stored/dataset-folder.ts'
import type { TrialImages } from '../../src/main/worker/jobs/propagation/trial-images.ts'

/** Reads a data set's training images at half their height and width: each pixel is the mean of four. */
export async function pooledImages(folder: string): Promise<(seed: number) => TrialImages> {
  const manifest = await readManifest(folder)
  const { height, width, channels } = fixedImageOf(manifest)
  const { images, labels } = await readSplit(join(folder), manifest, 'train')
  const [rows, columns] = [height / 2, width / 2]
  const size = rows * columns * channels
  const pixels = new Uint8Array(labels.length * size)
  for (let at = 0; at < pixels.length; at++) {
    const [image, within] = [Math.floor(at / size), at % size]
    const [row, column, channel] = [Math.floor(within / (columns * channels)), Math.floor(within / channels) % columns, within % channels]
    const from = ((image * height + 2 * row) * width + 2 * column) * channels + channel
    const below = from + width * channels
    pixels[at] = Math.round((images[from]! + images[from + channels]! + images[below]! + images[below + channels]!) / 4)
  }
  const all = Uint32Array.from(labels, (_, index) => index)
  const normalization = { mean: perPixelMoments(pixels, size, all).mean, inverseStd: new Float32Array(channels).fill(1) }
  return (seed) => {
    const order = new Random(seed, randomStreams.order, 1).shuffle(all.slice())
    return {
      ...{ source: 'data', count: labels.length, trainingImages: labels.length, normalization },
      read(index, batchSize) {
        const start = (index % Math.floor(order.length / batchSize)) * batchSize
        const batch = order.subarray(start, start + batchSize)
        const chosen = new Uint8Array(batchSize * size)
        batch.forEach((image, position) => chosen.set(pixels.subarray(image * size, (image + 1) * size), position * size))
        return Promise.resolve({ pixels: chosen, labels: Int32Array.from(batch, (image) => labels[image]!) })
      },
      close: () => Promise.resolve(),
    }
  }
}
