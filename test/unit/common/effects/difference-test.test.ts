import { describe, expect, it } from 'vitest'
import { holm, testDifference } from '../../../../src/common/effects/difference-test.ts'
// python3 test/fixtures/scipy-effects.py > test/fixtures/scipy-effects.json (scipy 1.17.1)
import scipy from '../../../fixtures/scipy-effects.json' with { type: 'json' }

const seeded = (values: readonly number[], first = 1) => values.map((value, index) => ({ seed: first + index, value }))

function expectNear(value: number | null, expected: number, share = 1e-7): void {
  expect(value).not.toBeNull()
  expect(Math.abs(value! - expected)).toBeLessThanOrEqual(share * Math.max(Math.abs(expected), 1e-9))
}

describe('a difference of two groups of seeds', () => {
  it('paired t tests equal scipy’s ttest_rel in interval, degrees of freedom and p, and sign flips its permutation test', () => {
    for (const row of scipy.paired) {
      const test = testDifference(seeded(row.from), seeded(row.to).reverse())
      expect(test.method).toBe('paired-t')
      expectNear(test.difference, row.difference)
      expectNear(test.interval, row.interval)
      expect(test.freedom).toBe(row.freedom)
      expectNear(test.pValue, row.pValue, 1e-6)
      expectNear(test.hedgesG, row.hedgesG)
      if (row.signFlipPValue !== undefined) expectNear(test.signFlipPValue, row.signFlipPValue)
    }
  })

  it('groups without common seeds have the t of scipy’s ttest_ind, and the smaller group’s degrees of freedom', () => {
    for (const row of scipy.welch) {
      const test = testDifference(seeded(row.from), seeded(row.to, 1000))
      expect(test.method).toBe('welch-t')
      expectNear(test.difference, row.difference)
      expectNear(test.interval, row.interval)
      expectNear(test.freedom, row.freedom)
      expectNear(test.pValue, row.pValue, 1e-6)
      expectNear(test.hedgesG, row.hedgesG)
      expect(test.signFlipPValue).toBeNull()
    }
  })

  it('the seeds alone decide what is paired: three common ones that are half of either side', () => {
    const method = (from: number[], to: number[]) =>
      testDifference(
        from.map((seed) => ({ seed, value: seed % 3 })),
        to.map((seed) => ({ seed, value: (seed * seed) % 5 })),
      ).method
    expect(method([1, 2, 3], [3, 2, 1])).toBe('paired-t')
    expect(method([1, 2, 3, 4, 5, 6], [1, 2, 3])).toBe('paired-t')
    expect(method([1, 2, 3, 4, 5, 6, 7], [1, 2, 3])).toBe('welch-t')
    expect(method([1, 2], [1, 2])).toBe('welch-t')
  })

  it('one seed, or seeds that agree to the last digit, tell no spread and get no p-value', () => {
    expect(testDifference(seeded([0.1]), seeded([0.2, 0.3]))).toMatchObject({ method: 'none', pValue: null, interval: null })
    expect(testDifference(seeded([0.1, 0.2, 0.3]), seeded([0.2, 0.3, 0.4]))).toMatchObject({ method: 'none', pValue: null })
    expect(testDifference(seeded([0, 0, 0]), seeded([0, 0, 0]))).toMatchObject({ method: 'paired-t', pValue: 1, interval: 0 })
  })

  it('Holm’s correction grows with the number of comparisons left and never falls along the sorted p-values', () => {
    for (const { pValues, corrected } of scipy.holm) holm(pValues).forEach((value, index) => expectNear(value, corrected[index]!))
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06])
  })
})
