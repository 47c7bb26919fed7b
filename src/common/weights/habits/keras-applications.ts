import type { Layer } from '../../network/graph/layer.ts'
import type { Network } from '../../network/network.ts'
import { type NamingHabit, namesByModule } from '../habit.ts'
import { positionOf } from './position.ts'
import { isUsualResnet } from './resnet-modules.ts'

/** `conv2_block1_1_conv`, `predictions`; VGG nets: `block1_conv1`, `fc1`. The names of `keras.applications`, as they come in. */
export const kerasApplications: NamingHabit = {
  name: 'keras',
  words: 'keras.applications',
  applies: (design) => design.architecture === 'vgg' || (design.architecture === 'imagenet' && isUsualResnet(design)),
  names: (network) => namesByModule(network, network.design.architecture === 'vgg' ? vggModules(network) : resnetModule),
}

function resnetModule(layer: Layer): string {
  const position = positionOf(layer)
  if (!position)
    return { 'stem.convolution': 'conv1_conv', 'stem.normalization': 'conv1_bn', classifier: 'predictions' }[layer.name] ?? layer.name
  const { stage, block, part, index } = position
  const path = `conv${stage + 1}_block${block}`
  const inBlock = {
    convolution: `${index}_conv`,
    normalization: `${index}_bn`,
    projection: '0_conv',
    'projection-normalization': '0_bn',
  }[part]
  return `${path}_${inBlock ?? part}`
}

function vggModules({ layers }: Network): (layer: Layer) => string {
  const fullyConnected = layers.filter(({ kind }) => kind === 'fully-connected')
  const heads = new Map(fullyConnected.map(({ name }, index) => [name, ['fc1', 'fc2', 'predictions'][index]!] as const))
  return (layer) => {
    const position = positionOf(layer)
    return position
      ? `block${position.stage}_${position.part === 'convolution' ? 'conv' : 'bn'}${position.index}`
      : (heads.get(layer.name) ?? layer.name)
  }
}
