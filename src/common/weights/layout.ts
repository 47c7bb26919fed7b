import type { NetworkGraph } from '../network/graph/network.ts'
import type { Layer } from '../network/graph/layer.ts'
import { elements, featureMap, type FeatureMap } from '../network/kinds/shape.ts'

/**
 * How an array lies here and in PyTorch. `convolution`: [height, width, in, out] here, [out, in, height, width] there. `fully-connected`:
 * [in, out] here, [out, in] there; where it reads a flattened feature map, `map` is that map, since PyTorch flattens channel by channel
 * and Skiplab pixel by pixel. `vector`: [channels] in both.
 */
export type Layout =
  { readonly kind: 'vector' } | { readonly kind: 'convolution' } | { readonly kind: 'fully-connected'; readonly map: FeatureMap | null }

/** Finds the layout of a layer's array by its number of dimensions and what the layer reads. */
export function layoutOf(network: Pick<NetworkGraph, 'layers'>, layer: Layer, shape: readonly number[]): Layout {
  if (shape.length === 1) return { kind: 'vector' }
  if (layer.kind === 'convolution') return { kind: 'convolution' }
  const read = network.layers.find(({ name }) => name === layer.inputs[0])
  return { kind: 'fully-connected', map: read?.kind === 'flatten' ? featureMap(read.inputShape) : null }
}

/** Gives the shape that an array has in PyTorch, from the shape that it has here. */
export function shapeInPyTorch(shape: readonly number[], { kind }: Layout): readonly number[] {
  if (kind === 'vector') return shape
  if (kind === 'fully-connected') return [shape[1]!, shape[0]!]
  const [height, width, channels, filters] = shape
  return [filters!, channels!, height!, width!]
}

/**
 * Lays an array out as PyTorch has it.
 * @param values in the layout of Skiplab
 * @param shape the same
 * @returns a new array, or `values` itself where both layouts are one
 */
export function toPyTorch(values: Float32Array, shape: readonly number[], layout: Layout): Float32Array {
  if (layout.kind === 'vector') return values
  const [pixels, channels, outputs] = axes(shape, layout)
  return reverseAxes(values, pixels, channels, outputs)
}

/** Undoes {@link toPyTorch}; `shape` is the one here. */
export function fromPyTorch(values: Float32Array, shape: readonly number[], layout: Layout): Float32Array {
  if (layout.kind === 'vector') return values
  const [pixels, channels, outputs] = axes(shape, layout)
  return reverseAxes(values, outputs, channels, pixels)
}

/** Sees every array of weights as [pixels, channels, outputs], which is [outputs, channels, pixels] in PyTorch. */
function axes(shape: readonly number[], layout: Exclude<Layout, { kind: 'vector' }>): readonly [number, number, number] {
  const outputs = shape.at(-1)!
  const inputs = elements(shape) / outputs
  const channels = layout.kind === 'convolution' ? shape[2]! : (layout.map?.[2] ?? inputs)
  return [inputs / channels, channels, outputs]
}

/** So many columns are copied side by side: what they read stays in the processor's cache. */
const columnsAtOnce = 32

/** Reverses the axes: [a, b, c] -> [c, b, a]. */
function reverseAxes(values: Float32Array, a: number, b: number, c: number): Float32Array {
  const reversed = new Float32Array(a * b * c)
  for (let first = 0; first < b; first += columnsAtOnce) {
    const end = Math.min(b, first + columnsAtOnce)
    for (let k = 0; k < c; k++) {
      let to = (k * b + first) * a
      for (let j = first; j < end; j++) for (let i = 0; i < a; i++) reversed[to++] = values[(i * b + j) * c + k]!
    }
  }
  return reversed
}
