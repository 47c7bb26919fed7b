import type { Flow, NetworkBuilder } from '../graph/builder.ts'
import { layerSettings, type GivenSettings } from '../settings/layer-settings.ts'

/** What a convolution of a block is told. */
export interface LayerOptions {
  readonly filters: number
  readonly kernel: number
  readonly stride?: number
}

/**
 * Adds a convolution and BN, or a convolution with bias in nets without BN: [height, width, any] -> [height / stride, width / stride,
 * filters].
 * @param index what tells the block's layers apart: '' where it has one, else '1', '2' and so on
 */
export function convolutionLayer(
  b: NetworkBuilder,
  design: GivenSettings,
  path: string,
  index: string,
  x: Flow,
  options: LayerOptions,
): Flow {
  return normalization(b, design, path, index, convolution(b, design, path, index, x, options))
}

/** Adds a convolution, with bias in nets without BN. */
export function convolution(b: NetworkBuilder, design: GivenSettings, path: string, index: string, x: Flow, options: LayerOptions): Flow {
  const bias = layerSettings(design).normalization === 'none' ? 0 : null
  return b.convolution(`${path}.convolution${index}`, x, { ...options, bias })
}

/** Adds BN and ReLU, or ReLU alone in nets without BN; nothing where a ReLU came last already, as before the first block. */
export function activation(b: NetworkBuilder, design: GivenSettings, path: string, index: string, x: Flow): Flow {
  const made = b.layers.findLast(({ name }) => name === x.from)?.kind
  if (made === 'relu' || made === 'max-pooling') return x
  return b.relu(`${path}.relu${index}`, normalization(b, design, path, index, x))
}

function normalization(b: NetworkBuilder, design: GivenSettings, path: string, index: string, x: Flow): Flow {
  return layerSettings(design).normalization === 'none' ? x : b.batchNormalization(`${path}.normalization${index}`, x)
}
