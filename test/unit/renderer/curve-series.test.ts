import { expect, it } from 'vitest'
import { unpackRuns } from '../../../src/common/rpc/run-list.ts'
import { trainingLength } from '../../../src/common/training/schedule.ts'
import { learningRateDrops } from '../../../src/common/training/schedules/schedules.ts'
import { curveSeries } from '../../../src/renderer/src/features/curves/curve-series.ts'
import { EpochColumns } from '../../../src/renderer/src/features/curves/epoch-columns.ts'
import { axisUnit, axisScale } from '../../../src/renderer/src/features/curves/axis-scale.ts'
import { FakeEngine } from '../../fixtures/fake-engine.ts'
import { sampleRun } from '../../fixtures/sample-runs.ts'

it('the learning rate drops where training lowers it, not an epoch later', async () => {
  const client = new FakeEngine(1000).client()
  await client.call('sweeps.queue', {
    sweep: { name: 'test', dataset: 'shapes-10', recipe: 'demo', families: ['plain'], n: [1], seeds: 1, set: { epochs: 6 } },
  })
  const [run] = unpackRuns(await client.call('runs.list', {}))
  const { recipe } = run!.settings
  const perEpoch = run!.totalSteps / run!.totalEpochs
  const [first, second] = learningRateDrops(recipe, trainingLength(run!)).map((step) => step / perEpoch)
  const epochs = new EpochColumns()
  for (let epoch = 1; epoch <= run!.totalEpochs; epoch++) {
    const learningRate = epoch > second! ? 0.0005 : epoch > first! ? 0.005 : 0.05
    epochs.put({
      epoch,
      step: epoch * perEpoch,
      learningRate,
      results: { train: { loss: 1, topOneError: 0.5 }, test: { loss: 1, topOneError: 0.5 } },
      imagesPerSecond: 100,
      elapsedMs: 1000,
      peakMemoryBytes: 1e8,
      finishedAt: epoch,
    })
  }
  const [line] = curveSeries(
    [{ run: run!, epochs, scale: axisScale(run!, epochs, 'epoch', axisUnit('epoch', { steps: 0, ms: 0 })), steps: null }],
    { metric: 'rate', validation: false, smoothing: 0, ofSeeds: false, theme: 'light' },
  )
  const changes = line!.points.filter((point, index) => index > 0 && point.y !== line!.points[index - 1]!.y).map((point) => point.x)
  expect(changes, 'the second one in the middle of an epoch').toEqual([3, 4.5])
  expect([first, second]).toEqual([3, 4.5])
  expect(line!.points.at(0)).toEqual({ x: 0, y: 0.05 })
  expect(line!.points.at(-1)).toEqual({ x: run!.totalEpochs, y: 0.0005 })
})

function sourceOf(sample: Parameters<typeof sampleRun>[0]) {
  const { summary: run, epochs: records } = sampleRun(sample)
  const epochs = new EpochColumns()
  records.forEach((record) => epochs.put(record))
  return { run, epochs, records, scale: axisScale(run, epochs, 'epoch', axisUnit('epoch', { steps: 0, ms: 0 })), steps: null }
}
const look = { metric: 'error', validation: false, smoothing: 0, ofSeeds: true, theme: 'light' } as const

it('finished seeds of one network are one line, their mean, with a band of ± 1 std around the test error', () => {
  const seeds = [0.08, 0.1, 0.12].map((test, index) => sourceOf({ family: 'residual', n: 3, seed: index + 1, train: 0.05, test }))
  const [train, test, ...more] = curveSeries(seeds, look)
  expect(more).toEqual([])
  expect(test!.label).toBe('residual-20 A, mean of 3 seeds, test')
  expect(test!.points.at(-1)!.x).toBe(30)
  expect(test!.points.at(-1)!.y).toBeCloseTo(10, 10)
  expect(test!.band!.at(-1), 'sample standard deviation of 8, 10 and 12').toBeCloseTo(2, 10)
  expect(test!.runs).toEqual(seeds.map(({ run }) => run.id))
  expect(train!.band).toBeUndefined()
  const third = seeds.map(({ records }) => 100 * records[2]!.results.train.topOneError)
  expect(train!.points[2]!.y).toBeCloseTo((third[0]! + third[1]! + third[2]!) / 3, 10)
})

it('a seed that still trains keeps its own line beside the mean of those that are done, and a repetition is no seed', () => {
  const done = [1, 2].map((seed) => sourceOf({ family: 'residual', n: 3, seed, train: 0.05, test: 0.1 }))
  const running = sourceOf({ family: 'residual', n: 3, seed: 3, train: 0.5, test: 0.5, epochs: 30, state: 'running' })
  const repeated = sourceOf({ family: 'residual', n: 3, seed: 2, train: 0.05, test: 0.1 })
  const labels = curveSeries([...done, running, repeated], look)
    .map(({ label }) => label)
    .filter((label) => label.endsWith('test'))
  expect(labels.sort()).toEqual([
    `residual-20 A, mean of 2 seeds, test`,
    `residual-20 A, seed 2, run ${done[1]!.run.id}, test`,
    'residual-20 A, seed 3, test',
  ])
  expect(curveSeries(done, { ...look, ofSeeds: false })).toHaveLength(4)
})

it('a run that diverged ends in a cross and says so', () => {
  const [, test] = curveSeries([sourceOf({ family: 'plain', n: 3, train: 0.9, test: 0.9, epochs: 3, state: 'diverged' })], look)
  expect([test!.diverged, test!.label]).toEqual([true, 'plain-20, seed 1, test, diverged'])
})

it('a run has the same colour alone as among other depths', () => {
  const sources = [1, 3, 9].map((n) => sourceOf({ family: 'plain', n, train: 0.1, test: 0.2 }))
  const together = curveSeries(sources, look)
    .filter(({ label }) => label.endsWith('test'))
    .map(({ color }) => color)
  expect(sources.map((source) => curveSeries([source], look)[1]!.color)).toEqual(together)
  expect(new Set(together).size).toBe(3)
})

it('top-5 errors are drawn in percent, of the test split alone, since training steps do not measure them', () => {
  const source = sourceOf({ family: 'plain', n: 1, train: 0.3, test: 0.4, epochs: 2 })
  for (const record of source.records)
    source.epochs.put({ ...record, results: { ...record.results, test: { ...record.results.test, topFiveError: 0.1 * record.epoch } } })
  const lines = curveSeries([source], { metric: 'top5', validation: false, smoothing: 0, ofSeeds: false, theme: 'light' })
  expect(lines.map(({ label, points }) => [label.replace(/.*, /, ''), points.map(({ y }) => y)])).toEqual([['test', [10, 20]]])
})
