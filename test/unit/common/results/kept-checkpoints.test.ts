import { expect, it } from 'vitest'
import { checkpointWords, keptCheckpoints, keptEpochs } from '../../../../src/common/results/kept-checkpoints.ts'

const record = (epoch: number, step: number, error: number | null) => ({ epoch, step, bytes: 100, error })

it('the checkpoints of a run are told oldest first, with which is the last, the best, and kept for good', () => {
  const newestFirst = [record(5, 53, null), record(5, 50, 0.3), record(4, 40, 0.1), record(3, 30, 0.2), record(2, 20, 0.1)]
  const kept = keptCheckpoints(newestFirst, { keepCheckpointEvery: 2 })
  expect(kept.map((each) => [each.epoch, checkpointWords(each)])).toEqual([
    [2, 'best, kept for good'],
    [3, 'to go on from'],
    [4, 'kept for good'],
    [5, 'last'],
    [5, 'within epoch 6'],
  ])
  expect(keptEpochs(kept)).toEqual([2, 3, 4, 5])
})

it('of a run that was not trained here its weights are the last checkpoint, and no epoch is known', () => {
  const kept = keptCheckpoints([record(0, 0, null)], { keepCheckpointEvery: 0 })
  expect(kept).toEqual([{ ...record(0, 0, null), isLast: true, isBest: false, isForGood: false }])
  expect(keptEpochs(kept)).toEqual([])
  expect(keptCheckpoints([], { keepCheckpointEvery: 0 })).toEqual([])
})
