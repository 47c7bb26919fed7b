import { expect, it } from 'vitest'
import { evaluationBatchSize } from '../../../../src/main/worker/backend/tensorflow/tensorflow-backend.ts'
import { cpuDevice } from '../../../../src/main/worker/machine/environment.ts'

const [small, wide] = [{ parameterCount: 270_000 }, { parameterCount: 11_000_000 }]

it('one thread evaluates few images of a small network at once, and else a hundred', () => {
  expect(evaluationBatchSize(cpuDevice(1, 'fp32'), small)).toBe(50)
  expect(evaluationBatchSize(cpuDevice(1, 'fp32'), wide)).toBe(100)
  expect(evaluationBatchSize(cpuDevice(2, 'fp32'), small)).toBe(100)
  expect(evaluationBatchSize({ kind: 'cuda', name: 'GPU', threads: 1, precision: 'fp32' }, small)).toBe(100)
  expect(evaluationBatchSize(null, small)).toBe(100)
})
