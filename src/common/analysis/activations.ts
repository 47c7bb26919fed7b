import { elements, type Network } from '../network/network.ts'

/**
 * Numbers of one image that the backward pass needs again: outputs of convolutions and BN. A ReLU shares its input's
 * place, and an addition's gradient needs neither of its inputs.
 */
export function keptActivations(network: Network): number {
  return network.layers
    .filter((layer) => layer.kind === 'convolution' || layer.kind === 'batch-normalization')
    .reduce((sum, layer) => sum + elements(layer.outputShape), 0)
}
