import type { Layer } from '../../network/graph/layer.ts'
import { type NamingHabit, namesByModule } from '../habit.ts'
import { positionOf } from './position.ts'
import { isUsualResnet } from './resnet-modules.ts'

/** `convIn`, `stack1.0.conv1`, `stack2a.conv1`, `stack2b.0.conv1`, `fcOut`: https://github.com/a-martyn/resnet. */
export const aMartyn: NamingHabit = {
  name: 'a-martyn',
  words: 'a-martyn/resnet',
  applies: (design) =>
    design.architecture === 'cifar' &&
    isUsualResnet(design) &&
    design.blockKind !== 'bottleneck' &&
    (design.family === 'plain' || design.shortcut === 'A'),
  names: (network) => namesByModule(network, moduleOf),
}

function moduleOf(layer: Layer): string {
  const position = positionOf(layer)
  if (!position) return { 'stem.convolution': 'convIn', 'stem.normalization': 'bnIn', classifier: 'fcOut' }[layer.name] ?? layer.name
  const { stage, block, part, index } = position
  // The first block of a stage that halves the map stands alone.
  const stack = stage === 1 ? `stack1.${block - 1}` : block === 1 ? `stack${stage}a` : `stack${stage}b.${block - 2}`
  return `${stack}.${part === 'convolution' ? 'conv' : 'bn'}${index}`
}
