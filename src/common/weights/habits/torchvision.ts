import type { Layer } from '../../network/graph/layer.ts'
import type { Network } from '../../network/network.ts'
import { type NamingHabit, namesByModule, type ZeroArray } from '../habit.ts'
import { isUsualResnet, resnetModules } from './resnet-modules.ts'

/** `layer1.0.downsample.0`, `fc`; VGG nets: `features.0`, `classifier.6`. The names of `torchvision.models`. */
export const torchvision: NamingHabit = {
  name: 'torchvision',
  words: 'torchvision.models',
  applies: (design) => design.architecture === 'vgg' || isUsualResnet(design),
  names: (network) =>
    namesByModule(
      network,
      network.design.architecture === 'vgg' ? vggModules(network) : resnetModules({ shortcut: 'downsample', classifier: 'fc' }),
    ),
  zeros: (network) => (network.design.architecture === 'vgg' ? biasesBesideBn(network) : []),
}

/**
 * Names by position: `features` holds convolutions, BN, ReLUs and pools one behind the other, `classifier` the fully connected layers, each
 * hidden one with a ReLU and dropout behind it.
 */
function vggModules({ layers }: Network): (layer: Layer) => string {
  const flattening = layers.findIndex(({ kind }) => kind === 'flatten')
  const modules = new Map(layers.slice(0, flattening).map(({ name }, index) => [name, `features.${index}`]))
  const fullyConnected = layers.filter(({ kind }) => kind === 'fully-connected')
  for (const [index, { name }] of fullyConnected.entries()) modules.set(name, `classifier.${3 * index}`)
  return ({ name }) => modules.get(name) ?? name
}

/** Its convolutions have biases also where BN follows, which has an offset of its own. */
function biasesBesideBn(network: Network): readonly ZeroArray[] {
  const moduleOf = vggModules(network)
  return network.layers.flatMap((layer) =>
    layer.kind === 'convolution' && layer.attributes.bias === null
      ? [{ theirs: `${moduleOf(layer)}.bias`, type: 'fp32' as const, shape: [layer.attributes.filters] }]
      : [],
  )
}
