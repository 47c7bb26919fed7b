import { type AugmentationDraws, type AugmentationSettings, drawAugmentation } from '../../../../common/training/augmentation.ts'
import { Random, randomStreams } from '../../../../common/training/random.ts'
import { stepsPerEpoch } from '../../../../common/training/schedule.ts'

export interface TrainingOrderOptions {
  /** Training images, ascending. */
  readonly train: Uint32Array
  readonly channels: number
  readonly recipe: AugmentationSettings & { readonly batchSize: number }
  readonly seed: number
  /** For PCA shifts; see drawAugmentation. */
  readonly components?: Float64Array | null
}

/** Which images each step trains on, and its draws of augmentation: functions of the seed, the epoch and the step alone. */
export class TrainingOrder {
  readonly stepsPerEpoch: number
  readonly #options: TrainingOrderOptions
  #order: { readonly epoch: number; readonly indices: Uint32Array } | null = null

  constructor(options: TrainingOrderOptions) {
    this.#options = options
    this.stepsPerEpoch = stepsPerEpoch(options.recipe, options.train.length)
  }

  get imageCount(): number {
    return this.#options.train.length
  }

  /** Steps of the run before this one. @param epoch counted from 1 @param step of this epoch, from 0 */
  stepsBefore(epoch: number, step: number): number {
    return (epoch - 1) * this.stepsPerEpoch + step
  }

  /** Images of a step, [batchSize]: shuffled anew for each epoch. */
  images(epoch: number, step: number): Int32Array {
    const { batchSize } = this.#options.recipe
    const order = this.#orderOf(epoch)
    const first = step * batchSize
    // A training set smaller than a batch is gone through more than once.
    return Int32Array.from({ length: batchSize }, (_, image) => order[(first + image) % order.length]!)
  }

  augmentation(epoch: number, step: number): AugmentationDraws {
    const { recipe, channels, seed, components } = this.#options
    return drawAugmentation(recipe, recipe.batchSize, channels, seed, this.stepsBefore(epoch, step), components)
  }

  #orderOf(epoch: number): Uint32Array {
    const { train, seed } = this.#options
    if (this.#order?.epoch !== epoch) this.#order = { epoch, indices: new Random(seed, randomStreams.order, epoch).shuffle(train.slice()) }
    return this.#order.indices
  }
}
