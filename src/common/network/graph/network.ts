import { countsAsDepth, type Layer } from './layer.ts'

/** A network as data: a graph of layers in an order in which they can be computed. Every consumer reads this and nothing else. */
export interface NetworkGraph {
  readonly layers: readonly Layer[]
  /** Trainable numbers, BN scales and offsets and the classifier's bias included. */
  readonly parameterCount: number
  /** Multiply-adds for one image, of convolutions and fully connected layers. */
  readonly multiplyAdds: number
  /** Weighted layers as the paper counts them. */
  readonly depth: number
}

/** Computes the numbers that follow from the layers. */
export function networkGraph(layers: readonly Layer[]): NetworkGraph {
  return {
    layers,
    parameterCount: layers.reduce((sum, layer) => sum + layer.parameterCount, 0),
    multiplyAdds: layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
    depth: layers.filter((layer) => countsAsDepth(layer)).length,
  }
}

/** Finds the layers that read each layer, by its name; `input` is the image. */
export function consumersOf(layers: readonly Layer[]): ReadonlyMap<string, readonly Layer[]> {
  const consumers = new Map<string, Layer[]>()
  for (const layer of layers) {
    for (const input of layer.inputs) {
      const known = consumers.get(input)
      if (known) known.push(layer)
      else consumers.set(input, [layer])
    }
  }
  return consumers
}
