import { elements } from './kinds/shape.ts'
import { keepsOutput, type Layer } from './graph/layer.ts'

/**
 * Counts the numbers of one image that the backward pass of these layers needs again: outputs of convolutions, BN and max pools. A ReLU
 * shares its input's memory, and an addition's gradient needs neither of its inputs.
 */
export function keptActivations(layers: readonly Layer[]): number {
  return layers.filter(keepsOutput).reduce((sum, layer) => sum + elements(layer.outputShape), 0)
}
