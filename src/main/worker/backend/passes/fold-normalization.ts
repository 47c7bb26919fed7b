import type { Layer, LayerOf } from '../../../../common/network/graph/layer.ts'
import { consumersOf } from '../../../../common/network/graph/network.ts'
import { fuseNormalizations, type FusedLayers } from './fuse-normalization.ts'

/** A convolution with the BN behind it folded into its weights; it adds the shortcut and rectifies where these follow. */
export interface FoldedConvolution {
  readonly kind: 'folded-convolution'
  /** The last layer's name: that of the output. */
  readonly name: string
  readonly convolution: LayerOf<'convolution'>
  readonly normalization: LayerOf<'batch-normalization'>
  /** Name of the layer whose output is added. */
  readonly shortcut: string | undefined
  readonly relu: boolean
}

/** What evaluation computes, in order. A layer that no rule takes in falls through as it is. */
export type InferencePart =
  FoldedConvolution | ({ readonly kind: 'normalization' } & FusedLayers) | { readonly kind: 'layer'; readonly layer: Layer }

/**
 * Folds each BN into the convolution before it when no other layer reads that convolution. Any other BN stays a part of its own, and so
 * does a convolution without BN.
 */
export function foldNormalizations(layers: readonly Layer[]): InferencePart[] {
  const consumers = consumersOf(layers)
  const convolutions = new Map(
    layers.flatMap((layer) =>
      layer.kind === 'convolution' && consumers.get(layer.name)?.length === 1 ? [[layer.name, layer] as const] : [],
    ),
  )
  const folded = new Set<string>()
  const parts = fuseNormalizations(layers).map((part): InferencePart => {
    if (part.kind === 'layer') return part
    const [input = '', shortcut] = part.inputs
    const convolution = convolutions.get(input)
    if (!convolution) return { ...part, kind: 'normalization' }
    folded.add(convolution.name)
    return { kind: 'folded-convolution', name: part.name, convolution, normalization: part.normalization, shortcut, relu: part.relu }
  })
  return parts.filter((part) => part.kind !== 'layer' || !folded.has(part.layer.name))
}
