import type { BlockDesign } from '../families/families.ts'
import type { Flow, NetworkBuilder } from '../graph/builder.ts'

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
  /**
   * Adds the block: [height, width, any] -> [height / stride, width / stride, expansion * width].
   * @param path the layers' names begin with it: `stage2.block1`
   */
  layOut(b: NetworkBuilder, design: StyleOfBlocks, path: string, x: Flow, width: number, stride: number): Flow
}
