import type { ImportFormat } from '../../../../common/weights/imported-from.ts'
import type { KerasLayer } from '../../../../common/weights/match/keras-layers.ts'
import type { StoredTensor } from './stored-tensor.ts'

/** An open file of weights. */
export interface WeightFile {
  readonly format: ImportFormat
  /** In the order of the file. */
  readonly tensors: readonly StoredTensor[]
  /** Free texts of the file. */
  readonly metadata: Readonly<Record<string, string>>
  /** What was passed by or taken out of the file, for people. */
  readonly notes: readonly string[]
  /** The model's layers as Keras tells them; null where the file tells none. */
  readonly kerasLayers: readonly KerasLayer[] | null
  close(): void
}
