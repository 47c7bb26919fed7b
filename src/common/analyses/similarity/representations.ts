import { blockOf, countsAsDepth, type Layer } from '../../network/graph/layer.ts'
import { consumersOf } from '../../network/graph/network.ts'
import type { LayerKind } from '../../network/kinds/kinds.ts'

/** An output of a network that is compared with others. */
export interface Representation {
  /** The weighted layer that it is of, or the block: "stage2.block1.convolution1", "stage2.block1". */
  readonly name: string
  /** The layer whose output it is. */
  readonly from: string
}

/** What may lie between a weighted layer and the next one that reads it. */
const followers: ReadonlySet<LayerKind> = new Set(['batch-normalization', 'relu', 'stochastic-depth', 'addition', 'gated-addition'])

/**
 * Lists the outputs of weighted layers as the next layer reads them: behind BN, addition and ReLU as far as nothing else reads what lies
 * before these. So the last layer of a residual block stands for the block's output. Scores come last.
 */
export function layerRepresentations(layers: readonly Layer[]): Representation[] {
  const consumers = consumersOf(layers)
  const endOf = (layer: Layer): Layer => {
    const readers = consumers.get(layer.name) ?? []
    const [reader] = readers
    return readers.length === 1 && reader && followers.has(reader.kind) && isMainInput(reader, layer) ? endOf(reader) : layer
  }
  return layers.filter((layer) => countsAsDepth(layer)).map((layer) => ({ name: layer.name, from: endOf(layer).name }))
}

/** Whether the layer is what a sum adds to the shortcut, and not the shortcut itself or a gate. */
function isMainInput(reader: Layer, layer: Layer): boolean {
  return reader.inputs[0] === layer.name
}

/** Lists the outputs of blocks: of each the last one of its layers, with stem and classifier. */
export function blockRepresentations(layers: readonly Layer[]): Representation[] {
  const outputs = layerRepresentations(layers)
  const blocks = new Map(outputs.map(({ name, from }) => [blockOf({ name }) || name, from]))
  return [...blocks].map(([name, from]) => ({ name, from }))
}
