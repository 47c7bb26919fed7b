import { endBlock } from '../families/families.ts'
import type { BlockDefinition } from './block.ts'
import { convolutionLayer } from './layer.ts'

/** 1x1, 3x3 and 1x1 layers, the last four times as wide (Fig. 5, right). */
export const bottleneck: BlockDefinition = {
  layers: 3,
  expansion: 4,
  layOut(b, design, path, x, width, stride) {
    const inFirst = design.bottleneckStride === '1x1'
    const first = convolutionLayer(b, path, '1', x, { filters: width, kernel: 1, stride: inFirst ? stride : 1 })
    const second = convolutionLayer(b, path, '2', b.relu(`${path}.relu1`, first), {
      filters: width,
      kernel: 3,
      stride: inFirst ? 1 : stride,
    })
    const y = convolutionLayer(b, path, '3', b.relu(`${path}.relu2`, second), { filters: bottleneck.expansion * width, kernel: 1 })
    return b.relu(`${path}.relu3`, endBlock(b, design, path, x, y, stride))
  },
}
