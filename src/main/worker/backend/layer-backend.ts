import type { Normalization, ScoringOptions } from './backend.ts'

/** Measures what a network's layers make of images, for images of its own size; nothing is trained. Calls block. */
export interface LayerBackend {
  /** Takes what images are normalized with. */
  loadData(data: Normalization): void
  /** Weights and running statistics by name; others are not looked at. @throws Error naming the first that is missing or of another size */
  setState(state: ReadonlyMap<string, Float32Array>): void
  /** @param pixels uint8 [batchSize, height, width, channels], not augmented */
  measure(pixels: Uint8Array): LayerSample
  /**
   * L2 norm of the mean cross-entropy's gradient for each parameter, by its name; BN normalizes by this batch, and a branch of stochastic
   * depth counts as much as it survives.
   * @param labels class of each image: int32 [batchSize]
   */
  gradientNorms(pixels: Uint8Array, labels: Int32Array): Map<string, number>
  /** Frees what the backend holds; no call may follow. */
  dispose(): void
}

/** Means over one batch. Those of batches of one size can be averaged. */
export interface LayerSample {
  /** Of each response: the mean of its values, and of their squares. See `responsesOf`. */
  readonly responses: readonly { readonly layer: string; readonly mean: number; readonly square: number }[]
  /** Of each ReLU: the share of each channel's values that are above 0, fp32 [channels]. */
  readonly relus: readonly { readonly layer: string; readonly active: Float32Array }[]
  /** Of each block with a shortcut: the squared L2 norm of F(x), and of what it is added to. See `blockSumsOf`. */
  readonly blocks: readonly { readonly block: string; readonly branch: number; readonly shortcut: number }[]
}

export interface LayerOptions extends Pick<ScoringOptions, 'network' | 'recipe' | 'precision' | 'device'> {
  /** Images of a batch. */
  readonly batchSize: number
  /** What BN normalizes by while layers are measured. */
  readonly statistics: 'running' | 'batch'
  /** Whether gradients will be asked for. */
  readonly gradients: boolean
}

/** @throws DeviceUnavailable */
export type CreateLayerBackend = (options: LayerOptions) => LayerBackend
