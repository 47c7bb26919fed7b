import { endBlock } from '../families/families.ts'
import type { BlockDefinition } from './block.ts'
import { convolutionLayer } from './layer.ts'

/** Two 3x3 layers (Fig. 5, left); the first has the stride, the last ReLU comes after the addition. */
export const basic: BlockDefinition = {
  layers: 2,
  expansion: 1,
  layOut(b, design, path, x, width, stride) {
    const first = b.relu(`${path}.relu1`, convolutionLayer(b, path, '1', x, { filters: width, kernel: 3, stride }))
    const y = convolutionLayer(b, path, '2', first, { filters: width, kernel: 3 })
    return b.relu(`${path}.relu2`, endBlock(b, design, path, x, y, stride))
  },
}
