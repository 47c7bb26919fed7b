import { describe, expect, it } from 'vitest'
import { ContinuedAverage, smooth } from '../../../../src/common/analysis/smoothing.ts'
import { studentQuantile, varianceRatioTail } from '../../../../src/common/analysis/distributions.ts'
import {
  cautiousWelch,
  chanceOf,
  halfWidth,
  seedStatistics,
  spreadsOf,
  type Uncertainty,
  uncertaintyOf,
  welch,
} from '../../../../src/common/analysis/statistics.ts'
import { Random } from '../../../../src/common/training/random.ts'
import scipy from '../../../fixtures/scipy-statistics.json' with { type: 'json' }

describe('seed statistics', () => {
  it('seed statistics gives mean and sample standard deviation', () => {
    expect(seedStatistics([1, 2, 3])).toEqual({ count: 3, mean: 2, std: 1, min: 1, max: 3 })
  })

  it('seed statistics knows no spread of one value, and nothing of none or of NaN', () => {
    expect(seedStatistics([5])?.std).toBeNull()
    expect(seedStatistics([])).toBeNull()
    expect(seedStatistics([1, NaN])).toBeNull()
  })
})

/** Simulated for each case: the share found is known to 0.15 in 100. */
const differences = 20_000

/** Within a share of the expected value. */
function expectNear(value: number, expected: number, share = 1e-8): void {
  expect(Math.abs(value / expected - 1)).toBeLessThan(share)
}

describe('the interval of a difference, against scipy', () => {
  const of = (values: readonly number[]) => seedStatistics(values)!

  it('Welch’s test equals scipy’s in half width, degrees of freedom and p-value on 60 random pairs', () => {
    for (const { a, b, freedom, pValue, halfWidth95, halfWidth99 } of scipy.welch) {
      const uncertainty = welch(of(a), of(b))!
      expectNear(uncertainty.freedom, freedom)
      expectNear(halfWidth(uncertainty), halfWidth95)
      expectNear(halfWidth(uncertainty, 0.99), halfWidth99)
      expectNear(chanceOf(of(b).mean - of(a).mean, uncertainty), pValue, 1e-6)
    }
  })

  it('a cautious Welch’s test has the freedom of the side with fewer seeds, and scipy’s half width and p-value for that', () => {
    for (const { a, b, cautious } of scipy.welch) {
      const uncertainty = cautiousWelch(of(a), of(b))!
      expect(uncertainty.freedom).toBe(Math.min(a.length, b.length) - 1)
      expectNear(halfWidth(uncertainty), cautious.halfWidth95)
      expectNear(chanceOf(of(b).mean - of(a).mean, uncertainty), cautious.pValue, 1e-6)
    }
  })

  it('at most 5 in 100 simulated differences of nothing are found by a cautious Welch’s test, at unequal spreads too', () => {
    const random = new Random(66)
    for (const seeds of [3, 4, 5])
      for (const ratio of [1, 2, 4]) {
        const draw = (std: number) => of(Array.from({ length: seeds }, () => std * random.normal()))
        let found = 0
        for (let trial = 0; trial < differences; trial++) {
          const [a, b] = [draw(1), draw(ratio)]
          const isFound = (used: Uncertainty | null) => Math.abs(b.mean - a.mean) > halfWidth(used!)
          if (isFound(cautiousWelch(a, b))) found += 1 / differences
        }
        expect(found, `${seeds} seeds, spreads 1 to ${ratio}`).toBeLessThanOrEqual(0.05)
      }
  })

  it('the interval of a difference, against scipy gives Student’s interval on 20 random pairs whose two spreads are taken for one', () => {
    for (const { a, b, pValue, halfWidth95 } of scipy.pooled) {
      const [one, other] = [of(a), of(b)]
      const freedom = a.length + b.length - 2
      const variance = ((a.length - 1) * one.std! ** 2 + (b.length - 1) * other.std! ** 2) / freedom
      const uncertainty = { standardError: Math.sqrt(variance * (1 / a.length + 1 / b.length)), freedom }
      expectNear(halfWidth(uncertainty), halfWidth95)
      expectNear(chanceOf(other.mean - one.mean, uncertainty), pValue, 1e-6)
    }
  })

  it('the interval of a difference, against scipy gives t quantiles from one degree of freedom to a million, fractions included', () => {
    for (const { freedom, level, t } of scipy.quantiles) expectNear(studentQuantile(level, freedom), t, 1e-7)
  })

  it('the interval of a difference, against scipy gives the tail of the variance ratio', () => {
    for (const { f, numerator, denominator, p } of scipy.tails) expectNear(varianceRatioTail(f, numerator, denominator), p, 1e-9)
  })
})

describe('a spread that networks share', () => {
  const of = (mean: number, std: number | null, count: number) => ({ count, mean, std, min: mean, max: mean })

  it('a spread that networks share is the largest of them, with the degrees of freedom of all', () => {
    expect(spreadsOf([of(5, 1, 3), null, of(6, 2, 3), of(7, null, 1)])).toEqual({ shared: { std: 2, freedom: 4 }, apart: [] })
  })

  it('a spread that networks share leaves out a network whose seeds spread far more, and is none where only one is left', () => {
    expect(spreadsOf([of(5, 1, 3), of(6, 1.5, 3), of(30, 40, 3)])).toEqual({ shared: { std: 1.5, freedom: 4 }, apart: [2] })
    expect(spreadsOf([of(5, 0.1, 5), of(30, 40, 5)])).toEqual({ shared: null, apart: [1] })
  })

  it('a spread that networks share is zero where no seed differs from another', () => {
    expect(spreadsOf([of(5, 0, 2), of(6, 0, 2)]).shared).toEqual({ std: 0, freedom: 2 })
  })

  it('a spread that networks share serves two networks where it is known better than their own, and a single seed in any case', () => {
    const shared = { std: 1, freedom: 8 }
    expect(uncertaintyOf(of(5, 0.8, 2), of(6, 0.9, 2), shared, true)).toEqual({ used: { standardError: 1, freedom: 8 }, source: 'shared' })
    expect(uncertaintyOf(of(5, 0.1, 8), of(6, 0.1, 8), shared, true)?.source).toBe('own')
    expect(uncertaintyOf(of(5, 0.8, 2), of(6, 0.9, 2), shared, false)?.source).toBe('own')
    expect(uncertaintyOf(of(5, null, 1), of(6, null, 1), shared, true)?.used).toEqual({ standardError: Math.SQRT2, freedom: 8 })
  })

  it('a single seed borrows the other side’s spread where none is shared; two single seeds have none', () => {
    const used = uncertaintyOf(of(5, null, 1), of(6, 2, 3), null, true)!.used
    expect(used.freedom).toBe(2)
    expect(used.standardError).toBeCloseTo(2 * Math.sqrt(1 + 1 / 3))
    expect(uncertaintyOf(of(5, null, 1), of(6, null, 1), null, true)).toBeNull()
  })
})

describe('smoothing', () => {
  it('smoothing leaves a constant as it is from the first value on', () => {
    expect([...smooth([4, 4, 4], 0.9)].map((value) => Number(value.toFixed(9)))).toEqual([4, 4, 4])
  })

  it('smoothing changes nothing with weight 0', () => {
    expect([...smooth([1, 5, 2], 0)]).toEqual([1, 5, 2])
  })

  it('smoothing keeps a NaN where it is and out of the average', () => {
    expect([...smooth([2, NaN, 2], 0.5)]).toEqual([2, NaN, 2])
  })

  it('smoothing goes on where an earlier series ended as if it were one', () => {
    const values = [5, 3, 8, 1, 9, 2]
    const whole = smooth(values, 0.7)
    const average = new ContinuedAverage(0.7, smooth(values.slice(0, 3), 0.7)[2]!, 3)
    const rest = values.slice(3).map((value) => average.next(value)!)
    rest.forEach((value, index) => expect(value).toBeCloseTo(whole[index + 3]!, 12))
    expect(new ContinuedAverage(0.7, null, 0).next(4)).toBeCloseTo(4, 12)
    expect(average.next(null)).toBeNull()
  })

  it('smoothing refuses a weight of 1', () => {
    expect(() => smooth([1], 1)).toThrow(/below 1/)
  })
})
