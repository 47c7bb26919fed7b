import type { Device, Precision } from '../../../common/device.ts'
import type { Network } from '../../../common/network/network.ts'
import { type AugmentationDraws, drawsBetween } from '../../../common/training/augmentation.ts'
import type { Recipe } from '../../../common/training/recipe.ts'

/** Computes one network: trains it step by step, evaluates it and hands its state over. Jobs know this and no library. Calls block. */
export interface Backend {
  readonly capabilities: Capabilities
  /** Takes what images are normalized with and, unless every batch brings its own pixels, the images that later calls name by index. */
  loadData(data: Normalization | ResidentData): void
  /** Weights, momenta (`momentum/<name>`) and running statistics by name; see {@link stateShapes}. */
  state(): Map<string, Float32Array>
  /** Names and shapes of everything that {@link state} holds. */
  stateShapes(): Map<string, readonly number[]>
  /** @throws Error naming the first array that is missing or of the wrong size; nothing is set then */
  setState(state: ReadonlyMap<string, Float32Array>): void
  /**
   * One update of momentum SGD. With micro-batches gradient, loss and error are means over them, each normalized by its own batch
   * statistics; running statistics move once, towards the mean of theirs.
   * @param survivals which branches of stochastic depth survive, see `drawSurvivals`; for networks that have them
   * @throws Error where draws are missing that the recipe's augmentation or the network takes
   */
  step(batch: TrainingBatch, learningRate: number, survivals?: Float32Array): StepReport
  /** Loss, errors and predicted class of each image, with running statistics. */
  evaluate(images: BatchImages): Evaluation
  /** The same, with the moments of each main-path convolution's response after BN. */
  observe(images: BatchImages): Evaluation & { readonly responses: ResponseMoments[] }
  /** Frees what the backend holds; no call may follow. */
  dispose(): void
}

export interface Capabilities {
  /** Where it really computes: a library may find no GPU and take the CPU without a word. */
  readonly computesOn: Device['kind']
  /** Images of one call to `evaluate` or `observe` that are computed at once; more are taken in parts. */
  readonly evaluationBatchSize: number
  /** Versions of what computes, by name; stored with the run. */
  readonly versions: Readonly<Record<string, string>>
}

export interface BackendOptions {
  readonly network: Network
  readonly recipe: Pick<
    Recipe,
    | 'batchSize'
    | 'microBatchSize'
    | 'recompute'
    | 'momentum'
    | 'nesterov'
    | 'weightDecay'
    | 'weightDecayOn'
    | 'labelSmoothing'
    | 'batchNormMomentum'
    | 'batchNormEpsilon'
    | 'cropPadding'
    | 'flip'
    | 'colourShift'
    | 'pcaShift'
    | 'normalization'
  >
  readonly precision: Precision
  /** The device that must compute; null for the best that there is. */
  readonly device: Device | null
  /** Images that the backend is to hold: training and test images together; null when every batch brings its own pixels. */
  readonly imageCount: number | null
  /** Images of the largest set that is evaluated. */
  readonly evaluatedCount: number
}

/** @throws DeviceUnavailable */
export type CreateBackend = (options: BackendOptions) => Backend

/**
 * Computes the scores that one network with given weights gives to images, for images of one size; nothing is trained. A network is
 * scored at several sizes by a backend each. Calls block.
 */
export interface ScoringBackend {
  readonly capabilities: Pick<Capabilities, 'versions' | 'evaluationBatchSize'>
  /** Takes what images are normalized with. */
  loadData(data: Normalization): void
  /** Sets weights and statistics of BN; momenta are not looked at. @throws Error naming the first array that is missing or does not fit */
  setState(state: ReadonlyMap<string, Float32Array>): void
  /**
   * Softmax of each image's scores: fp32 [images, classes].
   * @param pixels uint8 [images, height, width, channels]
   * @param crop the window of each padded image, and whether it is mirrored
   */
  scores(pixels: Uint8Array, crop: ScoredCrop): Float32Array
  /**
   * Loss and error of each image as it is, without a window.
   * @param pixels uint8 [images, height, width, channels]
   * @param labels class of each image: int32 [images]
   */
  losses(pixels: Uint8Array, labels: Int32Array): Pick<Evaluation, 'losses' | 'topOneErrors'>
  /**
   * Mean and unbiased variance that each BN finds in one batch, in a forward pass in which every BN normalizes by its batch.
   * @param pixels uint8 [statisticsBatchSize, height, width, channels], not augmented
   * @throws Error where no batch size was given for it
   */
  batchStatistics(pixels: Uint8Array): Map<string, Float32Array>
  /** Frees what the backend holds; no call may follow. */
  dispose(): void
}

/** A window of an image in a frame of `padding` zero pixels; it is as large as the image. */
export interface ScoredCrop {
  readonly top: number
  readonly left: number
  readonly mirrored: boolean
}

export interface ScoringOptions {
  readonly network: Network
  readonly recipe: Pick<Recipe, 'batchNormEpsilon' | 'normalization'>
  readonly precision: Precision
  /** The device that must compute. */
  readonly device: Device | null
  /** Images that are computed at once, possibly one more. */
  readonly batchSize: number
  /** Zero pixels around images, after normalization. */
  readonly padding: number
  /** Images of a batch over which batch statistics are taken; null where none are. */
  readonly statisticsBatchSize: number | null
}

/** @throws DeviceUnavailable */
export type CreateScoringBackend = (options: ScoringOptions) => ScoringBackend

/** The device that a run was given cannot be used. */
export class DeviceUnavailable extends Error {}

/** What turns bytes into what the network sees. */
export interface Normalization {
  /** Subtracted from images scaled to 0..1: [height, width, channels] or [channels] as the recipe's normalization says. */
  readonly mean: Float32Array
  /** [channels] */
  readonly inverseStd: Float32Array
}

/** A data set that the backend holds as a whole: training and test images in one array, addressed by index. */
export interface ResidentData extends Normalization {
  /** Called in order with row ranges; returns uint8 [end - start, height, width, channels]. */
  readonly images: (start: number, end: number) => Uint8Array
  /** Class of each image. */
  readonly labels: Int32Array
}

/** Images of a batch: by index into the data that the backend holds, int32 [batch], or with their pixels. */
export type BatchImages = Int32Array | StreamedImages

/** Images that come with a batch. The pixels may be overwritten once the next batch is asked for. */
export interface StreamedImages {
  /** uint8 [batch, height, width, channels] */
  readonly pixels: Uint8Array
  /** Class of each image: int32 [batch]. */
  readonly labels: Int32Array
}

/** Number of images in a batch. */
export const countOf = (images: BatchImages): number => ('labels' in images ? images.labels.length : images.length)

/** Images [start, end) of a batch; pixels are not copied. */
export function imagesBetween(images: BatchImages, start: number, end: number): BatchImages {
  if (!('pixels' in images)) return images.subarray(start, end)
  const imageBytes = images.pixels.length / images.labels.length
  return { pixels: images.pixels.subarray(start * imageBytes, end * imageBytes), labels: images.labels.subarray(start, end) }
}

/** What one step trains on. */
export interface TrainingBatch {
  /** `batchSize` of them. */
  readonly images: BatchImages
  /** The batch's random choices; what the recipe's augmentation does not take is not looked at. */
  readonly augmentation: AugmentationDraws
}

/** Cuts a batch into consecutive parts of `size` images, which divides the batch; nothing is copied. */
export function microBatches({ images, augmentation }: TrainingBatch, size: number): TrainingBatch[] {
  const count = countOf(images)
  return Array.from({ length: count / size }, (_, part) => {
    const [start, end] = [part * size, (part + 1) * size]
    return { images: imagesBetween(images, start, end), augmentation: drawsBetween(augmentation, start, end, count) }
  })
}

export interface StepReport {
  /** Mean cross-entropy in nats. */
  readonly loss: number
  /** Share of the batch whose highest score is not the label's. */
  readonly error: number
  readonly gradientNorm: number
}

/** What is measured of each image, [images]. */
export interface Evaluation {
  /** Cross-entropy in nats. */
  readonly losses: Float32Array
  /** 1 where the highest score is not the label's, else 0. */
  readonly topOneErrors: Float32Array
  /** 1 where the label's score is not among the five highest, else 0; null where there are ten classes or fewer. */
  readonly topFiveErrors: Float32Array | null
  /** The class with the highest score. */
  readonly predictions: Int32Array
}

/** Mean and variance of one layer's response within each image, [images]. */
export interface ResponseMoments {
  readonly layer: string
  readonly means: Float32Array
  readonly variances: Float32Array
}
