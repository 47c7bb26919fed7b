import { expect, it } from 'vitest'
import type { ConfusionCount } from '../../../../src/common/results/confusion.ts'
import { Store } from '../../../../src/main/store/store.ts'
import { newRun } from '../../../support/new-run.ts'

/** @param error at the test split's top-1 error of this epoch */
function endEpoch(store: Store, runId: number, epoch: number, error: number, counts: ConfusionCount[]): void {
  const result = { loss: 1, topOneError: error }
  const speed = { imagesPerSecond: 700, elapsedMs: 1000, peakMemoryBytes: 5e8, finishedAt: 1_700_000_000_000 }
  store.metrics.insertEpoch(runId, { epoch, step: epoch, learningRate: 0.1, results: { train: result, test: result }, ...speed }, [])
  store.confusions.insertEpoch(runId, epoch, counts)
}

it('a confusion matrix is kept of the last and of the best epoch, and goes with epochs that are logged anew', () => {
  const store = new Store(':memory:')
  const runId = store.runs.insert(newRun())
  expect(store.confusions.get(runId, 'last')).toBeNull()
  endEpoch(store, runId, 1, 0.5, [[0, 1, 7]])
  endEpoch(store, runId, 2, 0.2, [
    [0, 0, 4_000_000_000],
    [999_999, 3, 1],
  ])
  endEpoch(store, runId, 3, 0.3, [])
  expect(store.confusions.get(runId, 'last')).toEqual({ checkpoint: 'last', split: 'test', epoch: 3, counts: [] })
  const best = {
    checkpoint: 'best',
    split: 'test',
    epoch: 2,
    counts: [
      [0, 0, 4_000_000_000],
      [999_999, 3, 1],
    ],
  }
  expect(store.confusions.get(runId, 'best')).toEqual(best)
  store.confusions.deleteAfter(runId, 2)
  expect(store.confusions.get(runId, 'last')).toBeNull()
  expect(store.confusions.get(runId, 'best')).toEqual(best)
  store.removal.purge(runId, 1)
  expect(store.confusions.get(runId, 'best')).toBeNull()
})
