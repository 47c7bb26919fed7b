import { countsAsDepth, layerInWords } from '../network/graph/layer.ts'
import type { Network } from '../network/network.ts'
import { csvLine } from './csv.ts'

/** All layers of networks as CSV text, in the order of computation: what a drawing of the networks is made from. */
export function networkCsv(networks: readonly Network[]): string {
  const head = ['network', 'layer', 'operation', 'inputs', 'input_shape', 'output_shape', 'weighted', 'parameters', 'multiply_adds']
  const rows = networks.flatMap(({ name, layers }) =>
    layers.map((layer) => [
      name,
      layer.name,
      layerInWords(layer),
      layer.inputs.join(' '),
      layer.inputShape.join('x'),
      layer.outputShape.join('x'),
      countsAsDepth(layer),
      layer.parameterCount,
      layer.multiplyAdds,
    ]),
  )
  return [head, ...rows].map(csvLine).join('')
}
