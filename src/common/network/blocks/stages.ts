import type { Flow, NetworkBuilder } from '../graph/builder.ts'
import { basic } from './basic.ts'
import { layOutBlock, type BlockDefinition, type StyleOfBlocks } from './block.ts'
import { bottleneck } from './bottleneck.ts'
import { activation } from './layer.ts'

export const blockKinds = ['basic', 'bottleneck'] as const
export type BlockKind = (typeof blockKinds)[number]

/** Every kind of block there is. */
export const blocks: Readonly<Record<BlockKind, BlockDefinition>> = { basic, bottleneck }

/** What stages of blocks ask of a design. */
export interface StagesDesign extends StyleOfBlocks {
  readonly blockKind: BlockKind
  /** Channels of the stages, before a bottleneck's expansion. */
  readonly widths: readonly number[]
}

/**
 * Adds the stages: in each, blocks of one width; each but the first begins with stride 2. What comes out is activated.
 * @param counts blocks of each stage
 */
export function layOutStages(b: NetworkBuilder, design: StagesDesign, input: Flow, counts: readonly number[]): Flow {
  const kind = blocks[design.blockKind]
  let x = input
  for (const [index, width] of design.widths.entries()) {
    for (let block = 1; block <= counts[index]!; block++) {
      const stride = index > 0 && block === 1 ? 2 : 1
      x = layOutBlock(b, design, `stage${index + 1}.block${block}`, x, kind.convolutions(design, width, stride), stride)
    }
  }
  return activation(b, design, 'final', '', x)
}
