import { endBlock, type BlockDesign } from '../families/families.ts'
import type { Flow, NetworkBuilder } from '../graph/builder.ts'
import { layerSettings } from '../settings/layer-settings.ts'
import { activation, convolution, convolutionLayer, type LayerOptions } from './layer.ts'

/** Where a bottleneck moves by two pixels: in its first 1x1 layer as in the paper, or in its 3x3 layer as in many later ports. */
export const bottleneckStrides = ['1x1', '3x3'] as const

/** What blocks ask of a design. */
export interface StyleOfBlocks extends BlockDesign {
  readonly bottleneckStride: (typeof bottleneckStrides)[number]
}

/** A kind of block: layers with one shortcut around them. Each kind is one file here. */
export interface BlockDefinition {
  /** Weighted layers. */
  readonly layers: number
  /** The last layer has so many times the block's width. */
  readonly expansion: number
  /** Its convolutions, first to last; together they have the stride. */
  convolutions(design: StyleOfBlocks, width: number, stride: number): readonly LayerOptions[]
}

/**
 * Adds a block: [height, width, any] -> [height / stride, width / stride, filters of the last convolution].
 * @param path the layers' names begin with it: `stage2.block1`
 * @param stride of all convolutions together
 */
export function layOutBlock(
  b: NetworkBuilder,
  design: BlockDesign,
  path: string,
  x: Flow,
  convolutions: readonly LayerOptions[],
  stride: number,
): Flow {
  const layOut = layerSettings(design).activationOrder === 'pre' ? activatedBefore : activatedBehind
  return layOut(b, design, path, x, convolutions, stride)
}

/** BN and ReLU behind each convolution, the last ReLU behind the addition. */
const activatedBehind: typeof layOutBlock = (b, design, path, x, convolutions, stride) => {
  let y = x
  for (const [index, options] of convolutions.entries()) {
    if (index > 0) y = b.relu(`${path}.relu${index}`, y)
    y = convolutionLayer(b, design, path, `${index + 1}`, y, options)
  }
  return b.relu(`${path}.relu${convolutions.length}`, endBlock(b, design, path, { x, activated: x, y, stride }))
}

/**
 * BN and ReLU before each convolution, so that from block to block there is nothing but additions (Identity Mappings in Deep Residual
 * Networks, Fig. 1b). The stem's own activation is the first block's, the last block's has to be added behind it (section 3).
 */
const activatedBefore: typeof layOutBlock = (b, design, path, x, convolutions, stride) => {
  const activated = activation(b, design, path, '1', x)
  let y = activated
  for (const [index, options] of convolutions.entries()) {
    if (index > 0) y = activation(b, design, path, `${index + 1}`, y)
    y = convolution(b, design, path, `${index + 1}`, y, options)
  }
  return endBlock(b, design, path, { x, activated, y, stride })
}
