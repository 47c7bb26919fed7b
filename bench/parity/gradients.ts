/**
 * `npm run parity -- gradients`: signal and gradient of the same weights and images, by the pass that the analysis of gradients and the
 * look before queueing take, and by PyTorch's autograd in double precision (`peer/gradients.py`).
 *
 * Bar: std of responses, norms of the loss's gradient at responses, at outputs of blocks and for weights within 1e-3 of their size, or
 * within three times what PyTorch's own fp32 is away from its fp64.
 */
import { labelOf } from '../../src/common/network/design.ts'
import { blockOutputsOf, weightedLayersOf } from '../../src/common/network/weighted-layers.ts'
import { createPropagationBackend } from '../../src/main/worker/create-backend.ts'
import { averagedPasses } from '../../src/main/worker/jobs/propagation/averaged-passes.ts'
import { cpuDevice } from '../../src/main/worker/machine/environment.ts'
import { normalizedPixels } from '../../src/main/worker/source/batches/normalized-pixels.ts'
import { askPeer, cifar, type Comparison, difference, drawn, drawnBatch, drawnNormalization, drawnRecipe } from './drawn-network.ts'

const bar = 1e-3
const size = (value: number): number => Math.abs(value) || 1

export const gradientComparison: Comparison = {
  part: 'gradients',
  title: 'Largest differences from PyTorch’s autograd, as shares of its values',
  bar,
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
    const numbers = (values: readonly (number | null)[]): number[] => values.map((value) => value ?? NaN)
    const ours = [
      numbers([loss]),
      numbers(layers.map(({ std }) => std)),
      numbers(layers.map(({ gradientNorm }) => gradientNorm)),
      numbers(blocks.flatMap(({ block, gradientNorm }) => (named.has(block) ? [gradientNorm] : []))),
      numbers(layers.map(({ weightGradientNorm }) => weightGradientNorm)),
    ]
    const measured = (double: boolean): number[][] => {
      const values = askPeer('gradients.py', given, { responses, blocks: [...named], double })
      return ['loss', 'std', 'response-gradient', 'block-gradient', 'weight-gradient'].map(values)
    }
    const exact = measured(true)
    const fromExact = (values: readonly (readonly number[])[]): number[] => values.map((each, at) => difference(each, exact[at]!, size))
    const differences = fromExact(ours)
    const isMet = differences.every((each) => each <= bar)
    return [{ words: [labelOf(design)], differences, ...(isMet ? {} : { rounding: fromExact(measured(false)) }) }]
  },
}
