import { perPixelMoments } from '../../src/common/data/mean.ts'
import { generateShapes } from '../../src/main/data/providers/shapes/shapes-10.ts'
import type { TensorFile } from '../../src/main/worker/checkpoint/safetensors.ts'
import { inputShape, steps } from './cases.ts'

export const imageSize = inputShape[0] * inputShape[1] * inputShape[2]

/** One batch for each step. */
export interface Batches {
  /** uint8 [steps * batch, 32, 32, 3] */
  readonly images: Uint8Array
  readonly labels: Int32Array
  /** [32, 32, 3], of images scaled to 0..1 */
  readonly mean: Float32Array
  readonly batchSize: number
}

export async function makeBatches(batchSize: number): Promise<Batches> {
  const { images, labels } = await generateShapes('train')
  const count = steps * batchSize
  const { mean } = perPixelMoments(
    images,
    imageSize,
    Uint32Array.from({ length: count }, (_, index) => index),
  )
  return { images: images.subarray(0, count * imageSize), labels: Int32Array.from(labels.subarray(0, count)), mean, batchSize }
}

/** The batches as PyTorch gets them: fp32, normalised here and not by the program under test. */
export function batchFile({ images, labels, mean, batchSize }: Batches): TensorFile {
  const normalized = Float32Array.from(images, (value, index) => value / 255 - mean[index % imageSize]!)
  return {
    tensors: new Map([
      ['images', { shape: [steps, batchSize, ...inputShape], values: normalized }],
      ['labels', { shape: [steps, batchSize], values: Float32Array.from(labels) }],
    ]),
    metadata: {},
  }
}
