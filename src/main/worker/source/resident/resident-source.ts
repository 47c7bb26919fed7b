import type { TrainingBatch } from '../../backend/backend.ts'
import type { BatchSource } from '../batches/batch-source.ts'
import { TrainingOrder, type TrainingOrderOptions } from '../batches/training-order.ts'

/** Batches of images that the backend holds, by their indices in what it holds. */
export class ResidentSource implements BatchSource {
  readonly imageCount: number
  readonly #order: TrainingOrder

  constructor(options: TrainingOrderOptions) {
    this.#order = new TrainingOrder(options)
    this.imageCount = this.#order.imageCount
  }

  batch(epoch: number, step: number): TrainingBatch & { readonly images: Int32Array } {
    return { images: this.#order.images(epoch, step), augmentation: this.#order.augmentation(epoch, step) }
  }
}
