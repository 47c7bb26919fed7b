import type { Parameter } from '../kinds/kind.ts'
import { kinds, type Attributes, type LayerKind } from '../kinds/kinds.ts'
import type { Shape } from '../kinds/shape.ts'

/** A node of the network's graph. */
export interface LayerBase {
  /** Unique, a dotted path: `stage2.block1.convolution1`. */
  readonly name: string
  /** Names of the layers this one reads; `input` is the image. */
  readonly inputs: readonly string[]
  /** Shape of the first input. */
  readonly inputShape: Shape
  readonly outputShape: Shape
  readonly parameters: readonly Parameter[]
  /** Trainable numbers: the sum over `parameters`. */
  readonly parameterCount: number
  /** Multiply-adds for one image; only convolutions and fully connected layers count, as in the paper's Table 1. */
  readonly multiplyAdds: number
}

export type LayerOf<K extends LayerKind> = LayerBase & { readonly kind: K; readonly attributes: Attributes<K> }
export type Layer = { readonly [K in LayerKind]: LayerOf<K> }[LayerKind]

/**
 * Names the group of layers that a layer belongs to: its name without the last part, such as `stage2.block1`; `stem` of
 * `stem.convolution`.
 */
export function blockOf({ name }: Pick<Layer, 'name'>): string {
  return name.split('.').slice(0, -1).join('.')
}

/** Takes the first part of the path: `stage2` of `stage2.block1.relu1`; the layer's own name where it stands alone. */
export function stageOf({ name }: Pick<Layer, 'name'>): string {
  return name.split('.')[0]!
}

/** Tells whether the layer counts as one where the paper counts depth. */
export function countsAsDepth<K extends LayerKind>({ kind, attributes }: Pick<LayerOf<K>, 'kind' | 'attributes'>): boolean {
  return kinds[kind].countsAsDepth(attributes)
}

/** Describes a layer: "3×3 convolution, stride 2". */
export function layerInWords<K extends LayerKind>({
  kind,
  attributes,
  inputs,
}: Pick<LayerOf<K>, 'kind' | 'attributes' | 'inputs'>): string {
  return kinds[kind].words(attributes, inputs)
}

/** Tells whether the backward pass keeps the layer's output in memory. */
export function keepsOutput({ kind }: Pick<Layer, 'kind'>): boolean {
  return kinds[kind].keepsOutput
}

/** Tells whether the layer belongs to a shortcut that projects (options B and C). */
export function isProjection(layer: Layer): boolean {
  return (layer.kind === 'convolution' || layer.kind === 'batch-normalization') && layer.attributes.role === 'projection'
}
