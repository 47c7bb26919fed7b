import { choice } from '../settings/setting.ts'
import { bottleneckStrides } from './block.ts'
import { blockKinds, type BlockKind } from './stages.ts'

const words = 'basic: two 3x3 layers; bottleneck: 1x1, 3x3 and 1x1 layers, the last four times as wide'

/**
 * Settings of every architecture that is made of blocks.
 * @param usual the kind of block where none is given; null where the depth tells it
 */
export function blockSettings<const D extends BlockKind | null>(usual: D) {
  return {
    blockKind: choice<BlockKind, D>(blockKinds, { title: 'Block', words, default: usual, trait: (kind) => kind }),
    bottleneckStride: choice(bottleneckStrides, {
      title: 'Stride of bottlenecks',
      words: 'layer in which a bottleneck halves the map: the first 1x1 as in the paper, or the 3x3 as in many later ports',
      default: '1x1',
      appliesTo: ({ blockKind }) => blockKind === 'bottleneck',
      trait: (layer) => `stride-${layer}`,
    }),
  }
}
