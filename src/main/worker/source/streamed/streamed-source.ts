import { drawScaledCrops } from '../../../../common/training/scaled-crop.ts'
import type { Recipe } from '../../../../common/training/recipe.ts'
import type { TrainingBatch } from '../../backend/backend.ts'
import type { BatchSource } from '../batches/batch-source.ts'
import { TrainingOrder, type TrainingOrderOptions } from '../batches/training-order.ts'
import type { PendingImages } from './image-pipeline.ts'
import { asStored, cropRequest, type StreamedSelection } from './streamed-images.ts'

export interface StreamedSourceOptions extends TrainingOrderOptions, Omit<StreamedSelection, 'images'> {
  readonly recipe: TrainingOrderOptions['recipe'] & Pick<Recipe, 'scaleJitter'>
}

/** Batches that are read ahead, unless they take too much memory. */
const batchesAhead = 3
const bytesAhead = 256e6

/** Batches whose images are read, scaled and cropped by threads that run ahead of training. */
export class StreamedSource implements BatchSource {
  readonly imageCount: number
  readonly #options: StreamedSourceOptions
  readonly #order: TrainingOrder
  readonly #ahead: number
  /** In the order of the steps, each with the steps of the run before it. */
  #pending: { readonly step: number; readonly images: Int32Array; readonly read: PendingImages }[] = []
  #inUse: PendingImages | null = null

  constructor(options: StreamedSourceOptions) {
    this.#options = options
    this.#order = new TrainingOrder(options)
    this.imageCount = this.#order.imageCount
    const { size, channels, recipe } = options
    const batchBytes = size.height * size.width * channels * recipe.batchSize
    this.#ahead = Math.max(1, Math.min(batchesAhead, Math.floor(bytesAhead / batchBytes)))
  }

  async batch(epoch: number, step: number): Promise<TrainingBatch> {
    this.#inUse?.release()
    const wanted = this.#order.stepsBefore(epoch, step)
    if (this.#pending[0]?.step !== wanted) {
      this.#pending.forEach(({ read }) => read.release())
      this.#pending = []
    }
    while (this.#pending.length <= this.#ahead) this.#pending.push(this.#request(wanted + this.#pending.length))
    const { images, read } = this.#pending.shift()!
    this.#inUse = read
    const { labels } = this.#options.split
    return {
      images: { pixels: await read.pixels, labels: images.map((image) => labels[image]!) },
      augmentation: this.#order.augmentation(epoch, step),
    }
  }

  /** @param step steps of the run before */
  #request(step: number) {
    const { pipeline, split, file, size, scaled: isScaled, recipe, seed } = this.#options
    const { stepsPerEpoch } = this.#order
    const images = this.#order.images(Math.floor(step / stepsPerEpoch) + 1, step % stepsPerEpoch)
    const stored = Array.from(images, (image) => split.at(image))
    if (!isScaled) return { step, images, read: pipeline.request(stored.map((each) => asStored(file, each))) }
    const crops = drawScaledCrops(stored, size, recipe.scaleJitter, seed, step).map((crop, at) => cropRequest(file, stored[at]!, [crop]))
    return { step, images, read: pipeline.request(crops) }
  }
}
