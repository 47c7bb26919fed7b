import { keptActivations } from './activations.ts'
import { blockOf, type Layer } from './graph/layer.ts'
import type { NetworkGraph } from './graph/network.ts'
import { elements } from './kinds/shape.ts'

/** Whether the backward pass computes the activations within blocks again instead of keeping them. */
export const recomputations = ['none', 'blocks'] as const
export type Recomputation = (typeof recomputations)[number]

/**
 * Layers one after the other that are computed again together in the backward pass, from what enters the first: all that is kept between
 * segments is one output. The last segment is not computed again, since its backward pass follows at once.
 */
export type Segment = readonly Layer[]

/**
 * Cuts a network between blocks into segments, so that outputs kept between them and the largest segment's own activations together take
 * least memory. Whatever the cuts, each layer is computed once more, so many blocks may be one segment (Training Deep Nets with Sublinear
 * Memory Cost, Chen et al. 2016).
 */
export function segmentsOf({ layers }: Pick<NetworkGraph, 'layers'>): readonly Segment[] {
  const blocks = uncutBlocks(layers)
  const sizes = blocks.map(keptActivations)
  let best = blocks
  let least = Infinity
  // Limits of a segment's size, each a sum of leading blocks; a few dozen are as good as all.
  for (let limit = Math.max(...sizes), all = sizes.reduce((sum, size) => sum + size, 0); limit <= all; limit *= 1.1) {
    const segments = filled(blocks, sizes, limit)
    const needed = numbersAtOnce(segments)
    if (needed < least) [best, least] = [segments, needed]
  }
  return best
}

/**
 * Counts the numbers of one image that are kept at once in a step's backward pass. With recomputation: what enters the segments, one
 * segment's activations, and half as much again for gradients on their way back, which hold those of the segment behind.
 */
export function numbersKept(network: Pick<NetworkGraph, 'layers'>, recomputation: Recomputation): number {
  if (recomputation === 'none') return keptActivations(network.layers)
  const segments = segmentsOf(network)
  return numbersAtOnce(segments) + 0.5 * Math.max(...segments.map(keptActivations))
}

/** What enters each segment, and the largest segment. */
function numbersAtOnce(segments: readonly Segment[]): number {
  const entering = segments.slice(0, -1).reduce((sum, segment) => sum + elements(segment.at(-1)!.outputShape), 0)
  return entering + Math.max(...segments.map(keptActivations))
}

/** Fills segments with blocks up to the limit. */
function filled(blocks: readonly Segment[], sizes: readonly number[], limit: number): Segment[] {
  const segments: Layer[][] = []
  let size = Infinity
  for (const [index, block] of blocks.entries()) {
    size += sizes[index]!
    if (size > limit) {
      segments.push([])
      size = sizes[index]!
    }
    segments.at(-1)!.push(...block)
  }
  return segments
}

/** Cuts where one block ends and nothing but its last layer's output is read later. */
function uncutBlocks(layers: readonly Layer[]): Segment[] {
  const lastRead = new Map<string, number>()
  layers.forEach(({ inputs }, index) => inputs.forEach((input) => lastRead.set(input, index)))
  const blocks: Layer[][] = [[]]
  let readUntil = -1
  for (const [index, layer] of layers.entries()) {
    blocks.at(-1)!.push(layer)
    const next = layers[index + 1]
    if (next && blockOf(next) !== blockOf(layer) && readUntil <= index && (lastRead.get('input') ?? 0) <= index) blocks.push([])
    readUntil = Math.max(readUntil, lastRead.get(layer.name) ?? index)
  }
  return blocks
}
