import type { NetworkDesign } from '../../network/design.ts'
import type { Layer } from '../../network/graph/layer.ts'
import { layerSettings } from '../../network/settings/layer-settings.ts'
import { positionOf } from './position.ts'

/** Tells whether a net is one that the public codes for ResNets lay out: BN and ReLU behind each convolution, no gates. */
export function isUsualResnet(design: NetworkDesign): boolean {
  const { activationOrder, normalization } = layerSettings(design)
  return (
    ['cifar', 'imagenet'].includes(design.architecture) &&
    design.family !== 'highway' &&
    activationOrder === 'post' &&
    normalization === 'batch'
  )
}

/**
 * Makes the function that names a ResNet's modules as most codes for PyTorch do: `conv1`, `bn1`, `layer1.0.conv2`.
 * @param shortcut module of a projection: its convolution is the first in it, the BN the second
 */
export function resnetModules({
  shortcut,
  classifier,
}: {
  readonly shortcut: string
  readonly classifier: string
}): (layer: Layer) => string {
  return (layer) => {
    const position = positionOf(layer)
    if (!position) return { 'stem.convolution': 'conv1', 'stem.normalization': 'bn1', classifier }[layer.name] ?? layer.name
    const { stage, block, part, index } = position
    const inBlock = {
      convolution: `conv${index}`,
      normalization: `bn${index}`,
      projection: `${shortcut}.0`,
      'projection-normalization': `${shortcut}.1`,
    }[part]
    return `layer${stage}.${block - 1}.${inBlock ?? part}`
  }
}
