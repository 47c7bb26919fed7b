import { SkiplabError } from '../failure.ts'
import { networkGraph } from './graph/network.ts'
import type { Layer, LayerOf } from './graph/layer.ts'
import { kinds, type LayerKind } from './kinds/kinds.ts'
import { elements, type Shape } from './kinds/shape.ts'
import type { Network } from './network.ts'

/**
 * The same layers with the same parameters for another size of input: fully convolutional up to the global average pooling.
 * @throws SkiplabError bad-input where a parameter's shape depends on the size
 */
export function networkAt(network: Network, inputShape: [number, number, number]): Network {
  const shapes = new Map<string, Shape>([['input', inputShape]])
  const layers = network.layers.map((layer): Layer => {
    const inputs = layer.inputs.map((input) => shapes.get(input)!)
    const reshaped = layerAt(layer, inputs)
    if (!hasParametersOf(reshaped, layer)) throw new SkiplabError('bad-input', fixedSize(network, layer))
    shapes.set(layer.name, reshaped.outputShape)
    return reshaped
  })
  return { name: network.name, design: { ...network.design, inputShape }, ...networkGraph(layers) }
}

function layerAt<K extends LayerKind>(layer: LayerOf<K>, inputs: readonly Shape[]): Layer {
  const kind = kinds[layer.kind]
  const outputShape = kind.outputShape(layer.attributes, inputs)
  const reshaped: LayerOf<K> = {
    ...layer,
    inputShape: inputs[0]!,
    outputShape,
    parameters: kind.parameters(layer.name, layer.attributes, inputs),
    multiplyAdds: kind.multiplyAdds(layer.attributes, inputs, outputShape),
  }
  // A layer of any kind is one of the union; the compiler does not see it while the kind is a variable.
  return reshaped as Layer
}

function hasParametersOf({ parameters }: Layer, { parameters: expected }: Layer): boolean {
  return parameters.every(({ shape }, index) => elements(shape) === elements(expected[index]!.shape))
}

function fixedSize({ name, design: { inputShape } }: Network, layer: Layer): string {
  const [height, width] = inputShape
  return (
    `${name} takes images of ${height}x${width} pixels only: its fully connected layer ${layer.name} has weights for each pixel of the ` +
    'last map. Choose single-view or 10-crop; multi-scale takes networks that end in global average pooling.'
  )
}
