import type { NetworkGraph } from '../network/graph/network.ts'
import { Random, randomStreams } from './random.ts'

/** Probabilities of a network's residual branches to survive a training step, in the order of its layers; none without stochastic depth. */
export function survivalProbabilities({ layers }: Pick<NetworkGraph, 'layers'>): number[] {
  return layers.flatMap((layer) => (layer.kind === 'stochastic-depth' ? [layer.attributes.survival] : []))
}

/**
 * Draws which branches survive one step, a pure function of its arguments.
 * @param step steps of the run done before this one
 * @returns 1 or 0 for each probability, [branches]
 */
export function drawSurvivals(probabilities: readonly number[], seed: number, step: number): Float32Array {
  const random = new Random(seed, randomStreams.stochasticDepth, step)
  return Float32Array.from(probabilities, (survival) => (random.uniform() < survival ? 1 : 0))
}
