import { drawAugmentation, type AugmentationSettings } from '../../../common/training/augmentation.ts'
import { Random, randomStreams } from '../../../common/training/random.ts'
import { stepsPerEpoch } from '../../../common/training/schedule.ts'
import type { TrainingBatch } from '../backend/backend.ts'
import type { BatchSource } from './batch-source.ts'

export interface ResidentSourceOptions {
  /** Indices of the training images in the data that the backend holds, ascending. */
  readonly train: Uint32Array
  readonly channels: number
  readonly recipe: AugmentationSettings & { readonly batchSize: number }
  readonly seed: number
}

/** Batches of images that the backend holds: shuffled anew for each epoch, with the step's draws of augmentation. */
export class ResidentSource implements BatchSource {
  readonly imageCount: number
  readonly #options: ResidentSourceOptions
  readonly #stepsPerEpoch: number
  #order: { readonly epoch: number; readonly indices: Uint32Array } | null = null

  constructor(options: ResidentSourceOptions) {
    this.#options = options
    this.imageCount = options.train.length
    this.#stepsPerEpoch = stepsPerEpoch(options.recipe, options.train.length)
  }

  batch(epoch: number, step: number): TrainingBatch {
    const { recipe, channels, seed } = this.#options
    const order = this.#orderOf(epoch)
    const first = step * recipe.batchSize
    // A training set smaller than a batch is gone through more than once.
    const images = Int32Array.from({ length: recipe.batchSize }, (_, image) => order[(first + image) % order.length]!)
    const stepsBefore = (epoch - 1) * this.#stepsPerEpoch + step
    return { images, augmentation: drawAugmentation(recipe, recipe.batchSize, channels, seed, stepsBefore) }
  }

  #orderOf(epoch: number): Uint32Array {
    if (this.#order?.epoch !== epoch) this.#order = { epoch, indices: epochOrder(this.#options.train, this.#options.seed, epoch) }
    return this.#order.indices
  }
}

/** Shuffles anew for each epoch, as a function of seed and epoch alone. */
function epochOrder(train: Uint32Array, seed: number, epoch: number): Uint32Array {
  return new Random(seed, randomStreams.order, epoch).shuffle(train.slice())
}
