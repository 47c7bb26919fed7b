import { consumersOf } from '../../../../common/network/graph/network.ts'
import type { Layer, LayerOf } from '../../../../common/network/graph/layer.ts'

/** One or more layers that are trained by one op. */
export interface FusedLayers {
  /** The last layer's name: that of the output. */
  readonly name: string
  /** BN's input, then the shortcut where there is one. */
  readonly inputs: readonly string[]
  readonly normalization: LayerOf<'batch-normalization'>
  readonly relu: boolean
}

export type Trainable = { readonly kind: 'layer'; readonly layer: Layer } | ({ readonly kind: 'fused' } & FusedLayers)

/** Fuses every BN with the addition and ReLU that alone read it; all other layers stay as they are, in their order. */
export function fuseNormalizations(layers: readonly Layer[]): Trainable[] {
  const consumers = consumersOf(layers)
  const onlyConsumer = (name: string) => {
    const all = consumers.get(name)
    return all?.length === 1 ? all[0] : undefined
  }
  const absorbed = new Set<string>()
  const fused = new Map<string, FusedLayers>()
  for (const layer of layers) {
    if (layer.kind !== 'batch-normalization') continue
    const addition = additionOf(layer, onlyConsumer(layer.name))
    const tail = addition ?? layer
    const after = onlyConsumer(tail.name)
    const relu = after?.kind === 'relu' ? after : undefined
    const last = relu ?? tail
    for (const part of [layer, addition, relu]) if (part) absorbed.add(part.name)
    fused.set(last.name, {
      name: last.name,
      inputs: [layer.inputs[0]!, ...(addition ? [addition.inputs[1]!] : [])],
      normalization: layer,
      relu: relu !== undefined,
    })
  }
  // In the position of the last part: there everything that goes in has been computed.
  return layers.flatMap((layer): Trainable[] => {
    const whole = fused.get(layer.name)
    if (whole) return [{ kind: 'fused', ...whole }]
    return absorbed.has(layer.name) ? [] : [{ kind: 'layer', layer }]
  })
}

/** Finds the addition whose residual branch ends in this BN; a projection shortcut's BN is the other term and stays alone. */
function additionOf(layer: LayerOf<'batch-normalization'>, consumer: Layer | undefined): LayerOf<'addition'> | undefined {
  return consumer?.kind === 'addition' && consumer.inputs[0] === layer.name && consumer.inputs[1] !== layer.name ? consumer : undefined
}
