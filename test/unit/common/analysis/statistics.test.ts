import { describe, expect, it } from 'vitest'
import { ContinuedAverage, smooth } from '../../../../src/common/analysis/smoothing.ts'
import { differenceHalfWidth, seedStatistics } from '../../../../src/common/analysis/statistics.ts'

describe('seed statistics', () => {
  it('gives mean and sample standard deviation', () => {
    expect(seedStatistics([1, 2, 3])).toEqual({ count: 3, mean: 2, std: 1, min: 1, max: 3 })
  })

  it('knows no spread of one value, and nothing of none or of NaN', () => {
    expect(seedStatistics([5])?.std).toBeNull()
    expect(seedStatistics([])).toBeNull()
    expect(seedStatistics([1, NaN])).toBeNull()
  })

  it('gives Welch’s 95 % interval: equal groups of three have four degrees of freedom', () => {
    const a = seedStatistics([1, 2, 3])!
    const b = seedStatistics([11, 12, 13])!
    expect(differenceHalfWidth(a, b)).toBeCloseTo(2.776 * Math.sqrt(2 / 3), 3)
  })

  it('borrows the spread of the other side for a single run', () => {
    const one = seedStatistics([5])!
    expect(differenceHalfWidth(one, seedStatistics([1, 2, 3])!)).toBeCloseTo(4.303 * Math.sqrt(1 + 1 / 3), 3)
    expect(differenceHalfWidth(one, one)).toBeNull()
  })
})

describe('smoothing', () => {
  it('leaves a constant as it is from the first value on', () => {
    expect([...smooth([4, 4, 4], 0.9)].map((value) => Number(value.toFixed(9)))).toEqual([4, 4, 4])
  })

  it('changes nothing with weight 0', () => {
    expect([...smooth([1, 5, 2], 0)]).toEqual([1, 5, 2])
  })

  it('keeps a NaN where it is and out of the average', () => {
    expect([...smooth([2, NaN, 2], 0.5)]).toEqual([2, NaN, 2])
  })

  it('goes on where an earlier series ended as if it were one', () => {
    const values = [5, 3, 8, 1, 9, 2]
    const whole = smooth(values, 0.7)
    const average = new ContinuedAverage(0.7, smooth(values.slice(0, 3), 0.7)[2]!, 3)
    const rest = values.slice(3).map((value) => average.next(value)!)
    rest.forEach((value, index) => expect(value).toBeCloseTo(whole[index + 3]!, 12))
    expect(new ContinuedAverage(0.7, null, 0).next(4)).toBeCloseTo(4, 12)
    expect(average.next(null)).toBeNull()
  })

  it('refuses a weight of 1', () => {
    expect(() => smooth([1], 1)).toThrow(/below 1/)
  })
})
