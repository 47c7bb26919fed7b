import type { Device } from '../../../common/device.ts'
import type { Network } from '../../../common/network/network.ts'
import type { Recipe } from '../../../common/training/recipe.ts'

/**
 * Observes the forward and backward pass of a training step with given weights, in fp32 and without an update: BN normalizes by the batch.
 * Calls block.
 */
export interface PropagationBackend {
  /** Sets weights; momenta are not looked at. @throws Error naming the first array that is missing or does not fit */
  setState(state: ReadonlyMap<string, Float32Array>): void
  /**
   * @param images as the network sees them, normalized: fp32 [batchSize, height, width, channels]
   * @param labels int32 [batchSize]
   */
  observe(images: Float32Array, labels: Int32Array): Propagation
  /** Frees what the backend holds; no call may follow. */
  dispose(): void
}

/** Gradients of scores with respect to images, with BN's running statistics, so that no image depends on another. Calls block. */
export interface InputGradientBackend {
  /** Sets weights and statistics of BN. @throws Error naming the first array that is missing or does not fit */
  setState(state: ReadonlyMap<string, Float32Array>): void
  /**
   * @param images normalized, fp32 [batchSize, height, width, channels]
   * @param direction fp32 [classes]: the gradient is that of the sum over classes of direction * score before softmax
   * @returns fp32 [batchSize, height, width, channels]
   */
  inputGradients(images: Float32Array, direction: Float32Array): Float32Array
  dispose(): void
}

export interface PropagationOptions {
  readonly network: Network
  readonly recipe: Pick<Recipe, 'batchNormEpsilon' | 'labelSmoothing'>
  /** The device that must compute. */
  readonly device: Device | null
  readonly batchSize: number
}

/** @throws DeviceUnavailable */
export type CreatePropagationBackend = (options: PropagationOptions) => PropagationBackend
/** @throws DeviceUnavailable */
export type CreateInputGradientBackend = (options: PropagationOptions) => InputGradientBackend

/** What one batch does in a forward and backward pass; numbers may be NaN or infinite. */
export interface Propagation {
  /** Mean cross-entropy of the batch, in nats. */
  readonly loss: number
  /** Outputs of the layers that were watched, by name. */
  readonly outputs: ReadonlyMap<string, OutputMeasures>
  /** ReLUs by name, in order. */
  readonly rectifiers: ReadonlyMap<string, RectifierMeasures>
  /** Weights of weighted layers by their arrays' names. */
  readonly weights: ReadonlyMap<string, WeightMeasures>
  /** Mean and unbiased variance that each BN found in the batch, by the names of its running statistics. */
  readonly statistics: ReadonlyMap<string, Float32Array>
}

export interface OutputMeasures {
  /** Over images, positions and channels. */
  readonly mean: number
  readonly std: number
  /** Root mean square over images of the Euclidean norm of one image's loss gradient with respect to its output. */
  readonly gradientNorm: number
}

export interface RectifierMeasures {
  /** Share of outputs that are zero, 0 to 1. */
  readonly zeros: number
  /** Share of channels that are zero at every position of every image, 0 to 1. */
  readonly dead: number
}

export interface WeightMeasures {
  /** Euclidean norm. */
  readonly norm: number
  /** Euclidean norm of the mean loss's gradient, without weight decay. */
  readonly gradientNorm: number
}
