import type { Lesion } from '../../../common/lesions/lesions.ts'
import type { Normalization, ScoringOptions } from './backend.ts'

/**
 * Scores images with a network some of whose blocks are damaged. What comes before the first lesion is computed once for each batch and
 * held. Calls block.
 */
export interface LesionBackend {
  /** Takes what images are normalized with. */
  loadData(data: Normalization): void
  /** Sets weights and statistics of BN. @throws Error naming the first array that is missing or does not fit */
  setState(state: ReadonlyMap<string, Float32Array>): void
  /**
   * Takes a batch, and scores it with the undamaged network.
   * @param pixels uint8 [images, height, width, channels], at most `batchSize` of them
   * @returns fp32 [images, classes], before softmax
   */
  hold(pixels: Uint8Array): Float32Array
  /** Scores the held batch with a damaged network: fp32 [images, classes]. @throws Error where no batch is held */
  damaged(lesion: Lesion): Float32Array
  /** Frees what the backend holds; no call may follow. */
  dispose(): void
}

export interface LesionOptions extends Pick<ScoringOptions, 'network' | 'recipe' | 'precision' | 'device'> {
  /** Images of a batch. */
  readonly batchSize: number
}

/** @throws DeviceUnavailable */
export type CreateLesionBackend = (options: LesionOptions) => LesionBackend
