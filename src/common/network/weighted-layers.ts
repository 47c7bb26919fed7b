import { blockOf, countsAsDepth, type Layer } from './graph/layer.ts'
import { responsesOf } from './graph/responses.ts'
import type { Network } from './network.ts'

/** A weighted layer of the main path, at its place in the net's depth. */
export interface WeightedLayer {
  readonly layer: string
  /** 1 for the first weighted layer, the net's depth for the last. */
  readonly depth: number
  /** The layer whose output is its response: the BN behind a convolution, else the layer itself; see `responsesOf`. */
  readonly response: string
  /** Name of its array of weights. */
  readonly weights: string
}

/** The end of a block: what the next block reads. */
export interface BlockOutput {
  readonly block: string
  readonly layer: string
  /** Weighted layers up to it. */
  readonly depth: number
}

/** Lists the weighted layers of the main path in order. Responses are taken before the nonlinearity and the addition, as in Fig. 7. */
export function weightedLayersOf({ layers }: Pick<Network, 'layers'>): readonly WeightedLayer[] {
  const responses = new Map(responsesOf(layers).map(({ convolution, from }) => [convolution, from]))
  const weighted = layers.filter((layer) => countsAsDepth(layer))
  return weighted.map(({ name }, index) => ({
    ...{ layer: name, depth: index + 1, response: responses.get(name) ?? name },
    weights: `${name}/weights`,
  }))
}

/** Lists the outputs of the blocks in order, the stem's first. */
export function blockOutputsOf({ layers }: Pick<Network, 'layers'>): readonly BlockOutput[] {
  let depth = 0
  const found: BlockOutput[] = []
  for (const [index, layer] of layers.entries()) {
    if (countsAsDepth(layer)) depth++
    if (blockOf(layer) !== '' && isLastOfBlock(layers, index)) found.push({ block: blockOf(layer), layer: layer.name, depth })
  }
  return found
}

function isLastOfBlock(layers: readonly Layer[], index: number): boolean {
  const next = layers[index + 1]
  return next === undefined || blockOf(next) !== blockOf(layers[index]!)
}
