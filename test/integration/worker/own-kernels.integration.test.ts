import { describe, expect, it } from 'vitest'
import type { NetworkDesign } from '../../../src/common/network/design.ts'

// More than one thread, so that work is really shared out; read when the fixture is loaded.
process.env.SKIPLAB_TEST_THREADS = '3'
const { smallProgram } = await import('../../fixtures/small-program.ts')

const cases: Record<string, Partial<NetworkDesign>> = {
  'a plain net': { family: 'plain', inputShape: [16, 16, 3], widths: [16, 32, 64] },
  'a residual net with option A': { shortcut: 'A', inputShape: [16, 16, 3], widths: [16, 32, 64] },
  'projections and sizes that no tile fits': { shortcut: 'C', inputShape: [11, 13, 3], widths: [32, 16, 48] },
  'more channels than are taken at once': { shortcut: 'B', inputShape: [8, 8, 3], widths: [80, 128, 144] },
  'many blocks of pixels': { shortcut: 'A', n: 1, inputShape: [32, 32, 3], widths: [16, 24, 40] },
}
const batchSize = 8
const indices = Int32Array.from({ length: batchSize }, (_, i) => i)

function gradientsWith(design: Partial<NetworkDesign>, ownKernels: 'all' | 'normalization' | 'none', precision: 'fp32' | 'bf16') {
  const { program } = smallProgram(design, {}, batchSize, batchSize, { ownKernels, precision })
  try {
    const gradients = new Map([...program.gradients({ indices, seed: [1, 0] })].map(([name, values]) => [name, Float32Array.from(values)]))
    const again = program.gradients({ indices, seed: [1, 0] })
    const { loss } = program.step({ indices, seed: [1, 0], learningRate: 0.01 })
    return { gradients, again, loss, logits: program.logits(indices), state: program.state() }
  } finally {
    program.dispose()
  }
}

/** Largest deviation of any value, against the largest value of its array. */
function deviation(left: ReadonlyMap<string, Float32Array>, right: ReadonlyMap<string, Float32Array>): number {
  return Math.max(...[...left].map(([name, values]) => relative(values, right.get(name)!)))
}

/** Root mean square of the difference against that of the values. */
function relative(left: Float32Array, right: Float32Array): number {
  const squares = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0)
  return Math.sqrt(squares(left.map((value, at) => value - right[at]!)) / Math.max(squares(right), 1e-12))
}

describe("our own kernels, against TensorFlow's", () => {
  for (const [title, design] of Object.entries(cases)) {
    it(`give the same loss, gradients, update and scores in fp32 for ${title}`, () => {
      const theirs = gradientsWith(design, 'none', 'fp32')
      for (const kernels of ['normalization', 'all'] as const) {
        const ours = gradientsWith(design, kernels, 'fp32')
        expect(ours.loss / theirs.loss).toBeCloseTo(1, 5)
        expect(deviation(ours.gradients, theirs.gradients)).toBeLessThan(2e-4)
        expect(deviation(ours.state, theirs.state)).toBeLessThan(2e-4)
        expect(relative(ours.logits, theirs.logits)).toBeLessThan(1e-4)
        expect([...ours.again]).toEqual([...ours.gradients])
      }
    })

    it(`are about as near to fp32 in bf16 for ${title}`, () => {
      const exact = gradientsWith(design, 'none', 'fp32')
      const theirs = gradientsWith(design, 'none', 'bf16')
      const ours = gradientsWith(design, 'all', 'bf16')
      const mean = (result: typeof exact) => [...result.gradients].reduce((sum, [name, values]) => sum + relative(values, exact.gradients.get(name)!), 0) / exact.gradients.size
      expect(mean(ours)).toBeLessThan(1.5 * mean(theirs))
      expect(Math.abs(ours.loss - exact.loss)).toBeLessThan(0.02)
    })
  }

  it('pass a NaN on, so that divergence is seen', () => {
    const { program, state } = smallProgram({ widths: [16, 16, 16] }, {}, batchSize, batchSize, { ownKernels: 'all' })
    const weights = new Map(state)
    weights.set('stem.convolution/weights', Float32Array.from(state.get('stem.convolution/weights')!, (value, at) => (at === 0 ? Number.NaN : value)))
    program.setState(weights)
    expect(program.step({ indices, seed: [1, 0], learningRate: 0.1 }).loss).toBeNaN()
    program.dispose()
  })
})
