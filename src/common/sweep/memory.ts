import type { Precision } from '../device.ts'
import { elements } from '../network/kinds/shape.ts'
import type { Layer } from '../network/graph/layer.ts'
import type { Network } from '../network/network.ts'
import { numbersKept, type Recomputation } from '../network/recomputation.ts'
import type { Recipe } from '../training/recipe.ts'

/** Resident memory of a worker while it loads TensorFlow and compiles a net of no size: measured, as is what each layer adds. */
const startBytes = { base: 400e6, layer: 0.08e6 }
/** Resident memory while it trains such a net: what is left of the libraries, and the session's graphs. */
const runtimeBytes = { base: 185e6, layer: 0.15e6 }

/** Activations in memory over those that the backward pass keeps, measured; recomputation counts its own. */
const activationOverhead = { none: 1.12, blocks: 1 }

/**
 * Copies of the weights, measured: values and momentum, both once more in a checkpoint on its way to the disk, and what an allocator
 * keeps. Layers read their weights where they lie, and gradients are used up one by one.
 */
const weightCopies = 5

/** Images that the evaluation computes at once, at most, and maps of one layer that are in memory then: input, shortcut and output. */
const evaluation = { images: 100, maps: 3 }

/** Numbers that Winograd's algorithm has in place of the nine of a filter, in both precisions fp32. */
const winogradNumbers = 36

type MemorySettings = Pick<Recipe, 'batchSize' | 'microBatchSize' | 'recompute'>

/**
 * Estimates a training worker's peak resident memory in bytes on a CPU: the larger of what start-up takes and what training takes, that
 * is runtime, weights and their companions, images, and the larger of a step's activations and an evaluation's. Within 25 % of the peak
 * where it was measured (docs/numbers.md).
 * @param imageBytes see `imageMemoryBytes` in common/data/streaming.ts
 */
export function estimateMemory(network: Network, recipe: MemorySettings, imageBytes: number, precision: Precision): number {
  const layers = network.layers.length
  const activationBytes = precision === 'bf16' ? 2 : 4
  const images = recipe.microBatchSize ?? recipe.batchSize
  const step = activationOverhead[recipe.recompute] * numbersKept(network, recipe.recompute) * images * activationBytes
  const largest = Math.max(...network.layers.map((layer) => elements(layer.outputShape)))
  const evaluated = evaluation.maps * largest * evaluation.images * activationBytes
  // The sum over micro-batches is one more copy.
  const copies = weightCopies + (images < recipe.batchSize ? 1 : 0)
  const training =
    runtimeBytes.base +
    runtimeBytes.layer * layers +
    copies * network.parameterCount * 4 +
    imageBytes +
    Math.max(...network.layers.map(workspaceBytes)) +
    Math.max(step, evaluated)
  return Math.round(Math.max(startBytes.base + startBytes.layer * layers, training))
}

/** Filters of a 3x3 layer as Winograd's algorithm has them, and their gradient. */
function workspaceBytes({ kind, attributes, inputShape, outputShape }: Layer): number {
  if (kind !== 'convolution' || attributes.kernel !== 3) return 0
  return 2 * winogradNumbers * inputShape[2]! * outputShape[2]! * 4
}

/** BN over fewer images at once is not offered. */
const fewestImages = 8

/** Changes of a recipe that save memory, and the memory that a run takes with them. */
export interface ThriftierSettings {
  readonly settings: { readonly microBatchSize?: number; readonly recompute?: Recomputation }
  readonly memoryBytes: number
}

/**
 * Finds settings with which a run fits into so much memory: recomputation, the largest micro-batches, and where neither is enough, both.
 * @returns none where nothing helps
 */
export function thriftierSettings(
  network: Network,
  recipe: MemorySettings,
  imageBytes: number,
  precision: Precision,
  memoryBytes: number,
): ThriftierSettings[] {
  const whole = recipe.microBatchSize ?? recipe.batchSize
  const sizes = Array.from({ length: whole - 1 }, (_, index) => whole - 1 - index).filter(
    (size) => size >= fewestImages && recipe.batchSize % size === 0,
  )
  const fitting = (changes: ThriftierSettings['settings'][]): ThriftierSettings[] =>
    changes
      .map((settings) => ({ settings, memoryBytes: estimateMemory(network, { ...recipe, ...settings }, imageBytes, precision) }))
      .filter((each) => each.memoryBytes <= memoryBytes)
      .slice(0, 1)
  const recompute = 'blocks' as const
  const single = [...fitting([{ recompute }]), ...fitting(sizes.map((microBatchSize) => ({ microBatchSize })))]
  return single.length > 0 ? single : fitting(sizes.map((microBatchSize) => ({ recompute, microBatchSize })))
}
