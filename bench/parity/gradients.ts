/**
 * `npm run parity -- gradients`: signal and gradient of the same weights and images, by the pass that the analysis of gradients and the look
 * before queueing take, and by PyTorch's autograd in double precision (`peer/gradients.py`).
 *
 * Bar: std of responses, norms of the loss's gradient at responses, at outputs of blocks and for weights within 1e-3 of their size.
 */
import { labelOf } from '../../src/common/network/design.ts'
import { blockOutputsOf, weightedLayersOf } from '../../src/common/network/weighted-layers.ts'
import { createPropagationBackend } from '../../src/main/worker/create-backend.ts'
import { averagedPasses } from '../../src/main/worker/jobs/propagation/averaged-passes.ts'
import { cpuDevice } from '../../src/main/worker/machine/environment.ts'
import { normalizedPixels } from '../../src/main/worker/source/batches/normalized-pixels.ts'
import { askPeer, cifar, type Comparison, difference, drawn, drawnBatch, drawnNormalization, drawnRecipe } from './drawn-network.ts'

const size = (value: number): number => Math.abs(value) || 1

export const gradientComparison: Comparison = {
  title: 'Largest differences from PyTorch’s autograd, as shares of its values',
  bar: 1e-3,
  head: ['network', 'loss', 'std of responses', '‖∂L/∂response‖', '‖∂L/∂block output‖', '‖∂L/∂w‖'],
  designs: [cifar('plain', 8), cifar('plain', 20), cifar('residual', 20), cifar('residual', 56, 'B'), cifar('highway', 20, 'B')],
  compare(design, threads) {
    const given = drawn(design)
    const { network, state, pixels, labels } = given
    const device = cpuDevice(threads, 'fp32')
    const backend = createPropagationBackend({ network, recipe: drawnRecipe, device, batchSize: drawnBatch })
    backend.setState(state)
    const { loss, layers, blocks } = averagedPasses(network, [backend.observe(normalizedPixels(pixels, drawnNormalization), labels)])
    backend.dispose()
    const responses = weightedLayersOf(network).map(({ layer, response }) => [layer, response])
    // The stem's output is an output of no block.
    const named = new Set(blockOutputsOf(network).flatMap(({ block }) => (/\.block\d+$/.test(block) ? [block] : [])))
    const theirs = askPeer('gradients.py', given, { responses, blocks: [...named] })
    const numbers = (values: readonly (number | null)[]): number[] => values.map((value) => value ?? NaN)
    const pairs: readonly (readonly [number[], number[]])[] = [
      [numbers([loss]), theirs('loss')],
      [numbers(layers.map(({ std }) => std)), theirs('std')],
      [numbers(layers.map(({ gradientNorm }) => gradientNorm)), theirs('response-gradient')],
      [numbers(blocks.flatMap(({ block, gradientNorm }) => (named.has(block) ? [gradientNorm] : []))), theirs('block-gradient')],
      [numbers(layers.map(({ weightGradientNorm }) => weightGradientNorm)), theirs('weight-gradient')],
    ]
    return [{ words: [labelOf(design)], differences: pairs.map(([ours, their]) => difference(ours, their, size)) }]
  },
}
