import type { Normalization, ScoringOptions } from './backend.ts'

/** Compares what a network's layers make of images with one another; nothing is trained. Calls block. */
export interface GramBackend {
  /** Takes what images are normalized with. */
  loadData(data: Normalization): void
  /** Weights and running statistics by name; others are not looked at. @throws Error naming the first that is missing or of another size */
  setState(state: ReadonlyMap<string, Float32Array>): void
  /**
   * Inner products of each pair of images, of each output in its order: fp32 [outputs, batchSize, batchSize]. The batch's mean is taken
   * off before.
   * @param pixels uint8 [batchSize, height, width, channels], not augmented
   */
  grams(pixels: Uint8Array): Float32Array
  /** Frees what the backend holds; no call may follow. */
  dispose(): void
}

export interface GramOptions extends Pick<ScoringOptions, 'network' | 'recipe' | 'precision' | 'device'> {
  /** Images of a batch. */
  readonly batchSize: number
  /** Layers whose outputs are compared: none that BN, addition or ReLU alone follow. */
  readonly outputs: readonly string[]
}

/** @throws DeviceUnavailable */
export type CreateGramBackend = (options: GramOptions) => GramBackend
