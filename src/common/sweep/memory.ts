import { keptActivations } from '../network/activations.ts'
import type { Precision } from '../device.ts'
import type { NetworkDesign } from '../network/design.ts'
import { type Network, buildNetwork } from '../network/network.ts'
import { elements } from '../network/kinds/shape.ts'
import type { Recipe } from '../training/recipe.ts'

/** A worker with TensorFlow and a net of no size, measured. */
const runtimeBytes = 400e6

/**
 * Peak of activations over those that the backward pass needs, measured on nets of 8 to 44 layers: allocators round up and gradients
 * overlap.
 */
const activationOverhead = 1.6

/** Copies of the weights: values, momentum, gradient, and one in a checkpoint being written. */
const weightCopies = 4

/**
 * Estimate of a training worker's peak resident memory in bytes: runtime, images,
 * weights and their companions, and the activations that the backward pass needs
 * (outputs of convolutions and BN; a ReLU's output shares its input's place).
 * @param imageBytes see `imageMemoryBytes` in common/data/streaming.ts
 */
export function estimateMemory(network: Network, recipe: Pick<Recipe, 'batchSize'>, imageBytes: number, precision: Precision): number {
  const kept = keptActivations(network)
  const bytesPerActivation = precision === 'bf16' ? 2 : 4
  const largest = Math.max(...network.layers.map((layer) => elements(layer.outputShape)))
  const workspace = 12 * largest * recipe.batchSize * 4
  return Math.round(
    runtimeBytes +
      imageBytes +
      weightCopies * network.parameterCount * 4 +
      activationOverhead * kept * recipe.batchSize * bytesPerActivation +
      workspace,
  )
}

/** The largest half, quarter and so on of a run's batch with which it fits into so much memory; null when none does. */
export function fittingBatch(
  design: NetworkDesign,
  batchSize: number,
  imageBytes: number,
  precision: Precision,
  memoryBytes: number,
): number | null {
  const network = buildNetwork(design)
  for (let batch = batchSize; batch >= 1; batch = Math.floor(batch / 2)) {
    if (estimateMemory(network, { batchSize: batch }, imageBytes, precision) <= memoryBytes) return batch
  }
  return null
}
