import { expect, it } from 'vitest'
import { moreSeeds } from '../../../../src/common/analysis/more-seeds.ts'
import { expandSweep } from '../../../../src/common/sweep/expand.ts'
import { labelOf } from '../../../../src/common/network/design.ts'
import { sampleRun, type Sample } from '../../../fixtures/sample-runs.ts'

const run = (sample: Omit<Sample, 'train' | 'test'>) => sampleRun({ ...sample, train: 0.1, test: 0.2 }).summary
const dataset = {
  name: 'cifar10',
  checksum: 'c'.repeat(64),
  classes: Array.from({ length: 10 }, (_, index) => `${index}`),
  image: { size: 'fixed' as const, height: 32, width: 32, channels: 3 },
  splits: { train: { count: 50_000 } },
}
const labels = (runs: Parameters<typeof moreSeeds>[0]) =>
  expandSweep(moreSeeds(runs, 2).sweep, dataset).map(({ network, seed }) => `${labelOf(network)}, ${seed}`)

it('more seeds of nets with stochastic depth beside plain nets are of the same networks', () => {
  const runs = [run({ family: 'plain', n: 3 }), run({ family: 'residual', n: 3, survival: 0.5 })]
  expect(labels(runs)).toEqual([
    'plain-20, 1',
    'residual-20 A stochastic depth 0.5, 1',
    'plain-20, 2',
    'residual-20 A stochastic depth 0.5, 2',
  ])
  expect(moreSeeds(runs, 2).newRuns).toBe(2)
})

it('more seeds of residual nets with and without stochastic depth are of those that come first, since a sweep has one value', () => {
  const runs = [run({ family: 'residual', n: 3, survival: 0.5 }), run({ family: 'residual', n: 3 }), run({ family: 'plain', n: 3 })]
  expect(labels(runs).sort()).toEqual([
    'plain-20, 1',
    'plain-20, 2',
    'residual-20 A stochastic depth 0.5, 1',
    'residual-20 A stochastic depth 0.5, 2',
  ])
  expect(moreSeeds(runs, 2).newRuns).toBe(2)
})
