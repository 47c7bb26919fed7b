import { expect, it } from 'vitest'
import { logarithmicTicks, roundTicks } from '../../../../src/common/analysis/round-ticks.ts'

it('ticks are numbers that people would write, inside the range', () => {
  expect(roundTicks(-1, 1, 5)).toEqual([-1, -0.5, 0, 0.5, 1])
  expect(roundTicks(0, 1, 6)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
  expect(roundTicks(1, 56, 6)).toEqual([10, 20, 30, 40, 50])
  expect(roundTicks(3, 3, 4)).toEqual([3])
})

it('ticks of a logarithmic scale are powers of ten, with 2 and 5 times them where these are few', () => {
  expect(logarithmicTicks(0.5, 30, 6)).toEqual([0.5, 1, 2, 5, 10, 20])
  expect(logarithmicTicks(0.001, 1000, 6)).toEqual([0.001, 0.1, 10, 1000])
})
