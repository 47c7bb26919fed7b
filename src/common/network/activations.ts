import { elements } from './kinds/shape.ts'
import { keepsOutput } from './graph/layer.ts'
import type { Network } from './network.ts'

/**
 * Counts the numbers of one image that the backward pass needs again: outputs of convolutions, BN and max pools. A ReLU shares its input's
 * memory, and an addition's gradient needs neither of its inputs.
 */
export function keptActivations(network: Network): number {
  return network.layers.filter(keepsOutput).reduce((sum, layer) => sum + elements(layer.outputShape), 0)
}
