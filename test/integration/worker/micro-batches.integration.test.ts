import { expect, it } from 'vitest'
import { referencePass } from '../../fixtures/reference-network.ts'
import { smallProgram, unaugmented } from '../../fixtures/small-program.ts'
import { drawAugmentation } from '../../../src/common/training/augmentation.ts'

const images = Int32Array.of(7, 1, 5, 3, 11, 0)
const batch = { images, augmentation: unaugmented }
const thirds = [images.subarray(0, 2), images.subarray(2, 4), images.subarray(4, 6)]
const kernel = 'stage2.block1.convolution1/weights'

it('A net without BN trains in micro-batches as on the whole batch, with every setting of the optimiser and of augmentation', () => {
  const settings = { cropPadding: 2, flip: true, colourShift: 0.2, nesterov: true, weightDecay: 0.01, labelSmoothing: 0.1 }
  const after = [null, 3, 2, 1].map((microBatchSize) => {
    const { program, recipe } = smallProgram({ normalization: 'none' }, { ...settings, microBatchSize })
    const reports = [0, 1, 2].map((step) =>
      program.step({ images, augmentation: drawAugmentation(recipe, images.length, 3, 5, step) }, 0.05),
    )
    const state = program.state()
    program.dispose()
    return { state, reports }
  })
  const [whole, ...inParts] = after
  for (const { state, reports } of inParts) {
    for (const [name, values] of whole!.state) expect(largestDifference(state.get(name)!, values), name).toBeLessThan(1e-5)
    for (const [step, { loss, error, gradientNorm }] of whole!.reports.entries()) {
      expect(reports[step]!.loss).toBeCloseTo(loss, 5)
      expect(reports[step]!.error).toBeCloseTo(error, 6)
      expect(reports[step]!.gradientNorm).toBeCloseTo(gradientNorm, 4)
    }
  }
})

it('A net with BN normalizes each micro-batch by itself and is updated once, by the mean of their gradients', () => {
  const settings = { weightDecay: 0.01 }
  const part = smallProgram({}, settings, 2)
  const { program, state, recipe } = smallProgram({}, { ...settings, microBatchSize: 2 })
  let weights = Float64Array.from(state.get(kernel)!)
  let momentum = new Float64Array(weights.length)
  for (const learningRate of [0.1, 0.05]) {
    part.program.setState(program.state())
    const gradients = thirds.map((third) => part.program.gradients({ images: third, augmentation: unaugmented }).get(kernel)!)
    momentum = momentum.map(
      (value, i) => recipe.momentum * value + gradients.reduce((sum, gradient) => sum + gradient[i]! / 3, 0) + 0.01 * weights[i]!,
    )
    weights = weights.map((value, i) => value - learningRate * momentum[i]!)
    program.step(batch, learningRate)
  }
  const after = program.state()
  expect(largestDifference(after.get(kernel)!, weights)).toBeLessThan(1e-6)
  expect(largestDifference(after.get(`momentum/${kernel}`)!, momentum)).toBeLessThan(1e-6)
  part.program.dispose()
  program.dispose()
})

it('Running statistics move once a step, towards the mean of the micro-batches’ statistics', () => {
  const { program, network, state, recipe, images: seen } = smallProgram({}, { microBatchSize: 2 })
  const options = { training: true, epsilon: recipe.batchNormEpsilon }
  const passes = thirds.map((third) => referencePass(network, state, seen(third), options))
  program.step(batch, 0.1)
  const after = program.state()
  program.dispose()
  for (const layer of passes[0]!.batchStatistics.keys()) {
    for (const statistic of ['mean', 'variance'] as const) {
      const name = `${layer}/running-${statistic}`
      const expected = Float64Array.from(state.get(name)!, (value, channel) => {
        const fresh = passes.reduce((sum, pass) => sum + pass.batchStatistics.get(layer)![statistic][channel]! / 3, 0)
        return 0.9 * value + 0.1 * fresh
      })
      expect(largestDifference(after.get(name)!, expected), name).toBeLessThan(1e-4)
    }
  }
})

it('Micro-batches go on from a state as if nothing had been between, to the bit', () => {
  const first = smallProgram({}, { microBatchSize: 3 })
  first.program.step(batch, 0.1)
  const between = new Map([...first.program.state()].map(([name, values]) => [name, values.slice()]))
  first.program.step(batch, 0.1)
  const uninterrupted = first.program.state()
  first.program.dispose()
  const second = smallProgram({}, { microBatchSize: 3 })
  second.program.step(batch, 0.3)
  second.program.setState(between)
  second.program.step(batch, 0.1)
  for (const [name, values] of second.program.state()) expect(values, name).toEqual(uninterrupted.get(name))
  second.program.dispose()
})

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))
}
