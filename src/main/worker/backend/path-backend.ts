import type { Normalization, ScoringOptions } from './backend.ts'

/**
 * Takes the gradient of each image's cross-entropy at that image, through chosen paths of a residual net. BN normalizes by its running
 * statistics, so that images do not touch one another and the gradients of all paths add up to the whole one. Calls block.
 */
export interface PathBackend {
  /** Takes what images are normalized with. */
  loadData(data: Normalization): void
  /** Sets weights and statistics of BN. @throws Error naming the first array that is missing or does not fit */
  setState(state: ReadonlyMap<string, Float32Array>): void
  /**
   * Gradients at the normalized images.
   * @param pixels uint8 [batchSize, height, width, channels]
   * @param labels class of each image: int32 [batchSize]
   * @param gates what each block lets back
   * @returns fp32 [batchSize, height, width, channels]
   */
  gradients(pixels: Uint8Array, labels: Int32Array, gates: PathGates): Float32Array
  /** Frees what the backend holds; no call may follow. */
  dispose(): void
}

/** Factors of the gradient that goes back through each block, fp32 [blocks, batchSize]. */
export interface PathGates {
  /** Through F(x). */
  readonly branch: Float32Array
  /** Through the shortcut. */
  readonly shortcut: Float32Array
}

export interface PathOptions extends Pick<ScoringOptions, 'network' | 'recipe' | 'precision' | 'device'> {
  /** Images of a batch. */
  readonly batchSize: number
}

/** @throws DeviceUnavailable */
export type CreatePathBackend = (options: PathOptions) => PathBackend
