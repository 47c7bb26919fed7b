import { describe, expect, it } from 'vitest'
import type { EpochRecord } from '../../../../src/common/records/records.ts'
import type { EpochResults } from '../../../../src/common/results/splits.ts'
import { Store } from '../../../../src/main/store/store.ts'
import { newRun } from '../../../support/new-run.ts'

const record = (epoch: number, results: EpochResults): EpochRecord => ({
  epoch,
  step: 10 * epoch,
  learningRate: 0.1,
  results,
  imagesPerSecond: 700,
  elapsedMs: 1000,
  peakMemoryBytes: 5e8,
  finishedAt: 1_700_000_000_000,
})
/** Values that no other epoch has, with digits that a text of 15 would lose. */
const resultsOf = (epoch: number, testError: number): EpochResults => ({
  train: { loss: 1 / (3 * epoch), topOneError: 1 / (7 * epoch) },
  validation: { loss: 1 / (11 * epoch), topOneError: 1 / (13 * epoch) },
  test: { loss: 1 / (17 * epoch), topOneError: testError },
})

function trained(): { store: Store; runId: number } {
  const store = new Store(':memory:')
  const runId = store.runs.insert(newRun())
  for (const [index, error] of [0.5, 0.2, 0.3].entries())
    store.metrics.insertEpoch(runId, record(index + 1, resultsOf(index + 1, error)), [])
  return { store, runId }
}

describe('results of a run', () => {
  it('come back to the last bit, epoch by epoch', () => {
    const { store, runId } = trained()
    expect(store.metrics.epochs(runId)).toEqual([0.5, 0.2, 0.3].map((error, index) => record(index + 1, resultsOf(index + 1, error))))
  })

  it('are kept of the last epoch and of the one with the lowest test error', () => {
    const { store, runId } = trained()
    expect(store.runs.get(runId)).toMatchObject({
      lastEpoch: { epoch: 3, results: resultsOf(3, 0.3) },
      bestEpoch: { epoch: 2, results: resultsOf(2, 0.2) },
    })
    expect(store.runs.list({}, 0, 10).runs).toEqual([store.runs.get(runId)])
    store.metrics.insertEpoch(runId, record(4, resultsOf(4, 0.2)), [])
    expect(store.runs.get(runId), 'the earlier of equals is the best').toMatchObject({ lastEpoch: { epoch: 4 }, bestEpoch: { epoch: 2 } })
  })

  it('are rows by checkpoint, split, protocol and metric', () => {
    const { store, runId } = trained()
    const rows = store.results.rows(runId)
    expect(rows).toHaveLength(12)
    expect(rows[0]).toEqual({
      checkpoint: 'last',
      epoch: 3,
      split: 'train',
      protocol: 'training-steps',
      batchStatistics: null,
      metric: 'loss',
      value: 1 / 9,
      evaluationId: null,
    })
    expect(rows.at(-1)).toEqual({
      checkpoint: 'best',
      epoch: 2,
      split: 'test',
      protocol: 'single-view',
      batchStatistics: 'moving',
      metric: 'topOneError',
      value: 0.2,
      evaluationId: null,
    })
  })

  it('of an epoch that comes again replace the earlier ones, also where fewer were measured', () => {
    const { store, runId } = trained()
    const { train, test } = resultsOf(5, 0.1)
    store.metrics.insertEpoch(runId, record(3, { train, test }), [])
    expect(store.metrics.epochs(runId)[2]!.results).toEqual({ train, test })
    expect(store.runs.get(runId).bestEpoch).toEqual({ epoch: 3, results: { train, test } })
  })

  it('go with the epochs that a resumed run logs again, and with a run that is deleted', () => {
    const { store, runId } = trained()
    store.metrics.deleteAfter(runId, 10, 1, 0)
    expect(store.runs.get(runId)).toMatchObject({ lastEpoch: { epoch: 1 }, bestEpoch: { epoch: 1 } })
    store.removal.purge(runId, 1)
    expect([...store.metrics.epochs(runId), ...store.results.rows(runId)]).toEqual([])
  })
})
