import { expect, it } from 'vitest'
import type { EpochRecord } from '../../../src/common/records/records.ts'
import { EpochColumns } from '../../../src/renderer/src/features/curves/epoch-columns.ts'

function record(epoch: number, testError = 0.5): EpochRecord {
  return {
    epoch,
    step: epoch * 10,
    learningRate: 0.1,
    results: { train: { loss: 1, topOneError: 0.4 }, test: { loss: 1.2, topOneError: testError } },
    imagesPerSecond: 700,
    elapsedMs: epoch * 1000,
    peakMemoryBytes: 5e8,
    finishedAt: 0,
  }
}

it('grows past its first allocation and keeps every value', () => {
  const columns = new EpochColumns()
  for (let epoch = 1; epoch <= 500; epoch++) columns.put(record(epoch, epoch / 1000))
  expect(columns.length).toBe(500)
  expect(columns.column('test.topOneError')[499]).toBe(0.5)
  expect(columns.column('step')[0]).toBe(10)
})

it('a resumed run replaces the epochs that it reports again', () => {
  const columns = new EpochColumns()
  for (const epoch of [1, 2, 3, 4]) columns.put(record(epoch, 0.9))
  columns.put(record(3, 0.1))
  expect([...columns.column('epoch')]).toEqual([1, 2, 3])
  expect(columns.column('test.topOneError')[2]).toBe(0.1)
})

it('a run without a validation set has no validation numbers', () => {
  const columns = new EpochColumns()
  columns.put(record(1))
  expect(columns.column('validation.topOneError')[0]).toBeNaN()
})
