import { expect, it } from 'vitest'
import { buildNetwork } from '../../../src/common/network/network.ts'
import { Random } from '../../../src/common/training/random.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'
import { initialState } from '../../../src/main/worker/backend/initial-state.ts'
import type { OwnKernels } from '../../../src/main/worker/backend/tensorflow/layers/build.ts'
import { ScoringProgram } from '../../../src/main/worker/backend/tensorflow/program/scoring-program.ts'
import { cpuDevice, workerEnvironment } from '../../../src/main/worker/machine/environment.ts'

Object.assign(process.env, workerEnvironment(cpuDevice(1, 'fp32')))

const network = buildNetwork({ family: 'residual', n: 1, shortcut: 'B', widths: [16, 16, 32], inputShape: [12, 12, 3], classes: 4 })
const recipe = resolveRecipe('demo')
const random = new Random(3)
const pixels = Uint8Array.from({ length: 7 * 12 * 12 * 3 }, () => random.below(256))
const mean = Float32Array.from({ length: 12 * 12 * 3 }, () => random.uniform())

function programWith(ownKernels?: OwnKernels): ScoringProgram {
  const sizes = { batchSize: 4, padding: 2, statisticsBatchSize: 7 }
  const program = new ScoringProgram({ network, recipe, precision: 'fp32', ...sizes, ...(ownKernels && { ownKernels }) })
  program.loadData({ mean, inverseStd: Float32Array.of(1, 2, 3) })
  program.setState(initialState(network, 1))
  return program
}

const largestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((largest, value, at) => Math.max(largest, Math.abs(value - b[at]!)), 0)

it('scores and batch statistics are the same by our own operations and by TensorFlow’s', () => {
  const [ours, theirs] = [programWith(), programWith('none')]
  const crop = { top: 1, left: 4, mirrored: true }
  const scores = ours.scores(pixels, crop)
  expect(scores).toHaveLength(7 * 4)
  expect(largestDifference(scores, theirs.scores(pixels, crop))).toBeLessThan(1e-5)
  expect(largestDifference(scores, ours.scores(pixels, { ...crop, mirrored: false }))).toBeGreaterThan(1e-4)
  const [found, expected] = [ours.batchStatistics(pixels), theirs.batchStatistics(pixels)]
  expect([...found.keys()]).toEqual([...expected.keys()])
  for (const [name, values] of found) {
    const largest = Math.max(...expected.get(name)!.map(Math.abs))
    expect(largestDifference(values, expected.get(name)!) / largest, name).toBeLessThan(1e-4)
  }
  for (const program of [ours, theirs]) program.dispose()
})
