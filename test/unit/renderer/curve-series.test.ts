import { expect, it } from 'vitest'
import { unpackRuns } from '../../../src/common/rpc/run-list.ts'
import { milestoneSteps } from '../../../src/common/training/schedule.ts'
import { curveSeries } from '../../../src/renderer/src/features/curves/curve-series.ts'
import { EpochColumns } from '../../../src/renderer/src/features/curves/epoch-columns.ts'
import { axisUnit, placeScale } from '../../../src/renderer/src/features/curves/place-scale.ts'
import { FakeEngine } from '../../fixtures/fake-engine.ts'

it('the learning rate drops where training lowers it, not an epoch later', async () => {
  const client = new FakeEngine(1000).client()
  await client.call('sweeps.queue', { sweep: { name: 'test', dataset: 'shapes-10', recipe: 'demo', families: ['plain'], n: [1], seeds: 1, set: { epochs: 6 } } })
  const [run] = unpackRuns(await client.call('runs.list', {}))
  const { recipe } = run!.settings
  const perEpoch = run!.totalSteps / run!.totalEpochs
  const [first, second] = milestoneSteps(recipe, run!.totalSteps).map((step) => step / perEpoch)
  const epochs = new EpochColumns()
  for (let epoch = 1; epoch <= run!.totalEpochs; epoch++) {
    const learningRate = epoch > second! ? 0.0005 : epoch > first! ? 0.005 : 0.05
    epochs.put({ epoch, step: epoch * perEpoch, learningRate, train: { loss: 1, error: 0.5 }, validation: null, test: { loss: 1, error: 0.5 }, imagesPerSecond: 100, elapsedMs: 1000, peakMemoryBytes: 1e8, finishedAt: epoch })
  }
  const [line] = curveSeries([{ run: run!, epochs, scale: placeScale(run!, epochs, 'epoch', axisUnit('epoch', { steps: 0, ms: 0 })), steps: null }], { depths: [8], metric: 'rate', validation: false, smoothing: 0, ofSeeds: false, theme: 'light' })
  const changes = line!.points.filter((point, index) => index > 0 && point.y !== line!.points[index - 1]!.y).map((point) => point.x)
  expect(changes, 'the second one in the middle of an epoch').toEqual([3, 4.5])
  expect([first, second]).toEqual([3, 4.5])
  expect(line!.points.at(0)).toEqual({ x: 0, y: 0.05 })
  expect(line!.points.at(-1)).toEqual({ x: run!.totalEpochs, y: 0.0005 })
})
