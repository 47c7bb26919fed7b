import { blockOf, type Layer } from './layer.ts'

/** Where a layer's response can be read: what its BN makes of it, before addition and nonlinearity. */
export interface LayerResponse {
  /** A convolution of the main path. */
  readonly convolution: string
  /** The layer whose output it is: the BN that reads the convolution, or the convolution where none does. */
  readonly from: string
}

/** Lists the responses that the paper's Figure 7 shows, in the order of computation. */
export function responsesOf(layers: readonly Layer[]): LayerResponse[] {
  const normalizations = new Map(layers.flatMap(({ kind, name, inputs }) => (kind === 'batch-normalization' ? [[inputs[0]!, name]] : [])))
  return layers.flatMap((layer) =>
    layer.kind === 'convolution' && layer.attributes.role === 'main'
      ? [{ convolution: layer.name, from: normalizations.get(layer.name) ?? layer.name }]
      : [],
  )
}

/** Where a block with a shortcut ends. */
export interface BlockSum {
  /** "stage2.block1" */
  readonly block: string
  /** The layer whose output is F(x), what the block's layers made of x; of a highway block before its gate. */
  readonly branch: string
  /** The layer whose output it is added to: x, or what the shortcut made of it. */
  readonly shortcut: string
}

/** Lists the blocks that have a shortcut, in the order of computation; none in a plain net. */
export function blockSumsOf(layers: readonly Layer[]): BlockSum[] {
  return layers.flatMap((layer) =>
    layer.kind === 'addition' || layer.kind === 'gated-addition'
      ? [{ block: blockOf(layer), branch: layer.inputs[0]!, shortcut: layer.inputs[1]! }]
      : [],
  )
}
