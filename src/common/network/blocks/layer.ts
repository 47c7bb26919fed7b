import type { Flow, NetworkBuilder } from '../graph/builder.ts'

/** What a convolution of a block is told. */
interface LayerOptions {
  readonly filters: number
  readonly kernel: number
  readonly stride?: number
}

/**
 * Adds a convolution and BN: [height, width, any] -> [height / stride, width / stride, filters].
 * @param index what tells the block's layers apart: '' where it has one, else '1', '2' and so on
 */
export function convolutionLayer(b: NetworkBuilder, path: string, index: string, x: Flow, options: LayerOptions): Flow {
  return b.batchNormalization(`${path}.normalization${index}`, b.convolution(`${path}.convolution${index}`, x, options))
}
