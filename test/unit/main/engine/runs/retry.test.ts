import { expect, it } from 'vitest'
import { afterFailure } from '../../../../../src/main/engine/runs/retry.ts'

it('a failed attempt is tried again after a wait that grows', () => {
  expect(afterFailure(1, 1)).toEqual({ held: false, delayMs: 2_000 })
  expect(afterFailure(2, 2)).toEqual({ held: false, delayMs: 10_000 })
})

it('the third failed attempt without progress holds the run', () => {
  expect(afterFailure(3, 0)).toEqual({ held: true })
})

it('three crashes in five minutes hold the run even if it made progress in between', () => {
  expect(afterFailure(1, 3)).toEqual({ held: true })
})
