import { expect, it } from 'vitest'
import { autocorrelation, noiseAutocorrelation } from '../../../../src/common/analysis/autocorrelation.ts'
import { Random } from '../../../../src/common/training/random.ts'

it('the autocorrelation of one series is that of statsmodels', () => {
  // statsmodels.tsa.stattools.acf([1, 3, 2, 5, 4, 7, 3, 1], nlags=3)
  const found = autocorrelation([1, 3, 2, 5, 4, 7, 3, 1], 8, 4)
  const expected = [1, 0.0826271186440678, -0.0211864406779661, -0.3707627118644068]
  found.forEach((value, lag) => expect(value).toBeCloseTo(expected[lag]!, 12))
})

it('products are summed over the numbers of vectors, so that the larger one counts for more', () => {
  const [first, second] = [
    [1, 3, 2, 5],
    [10, 30, -20, 50],
  ] as const
  const together = autocorrelation(
    first.flatMap((value, t) => [value, second[t]!]),
    4,
    2,
  )
  const sums = [first, second].map((series) => {
    const mean = series.reduce((sum, value) => sum + value, 0) / 4
    const centred = series.map((value) => value - mean)
    return { square: centred.reduce((sum, v) => sum + v * v, 0), product: centred.slice(1).reduce((sum, v, t) => sum + v * centred[t]!, 0) }
  })
  expect(together[1]).toBeCloseTo((sums[0]!.product + sums[1]!.product) / (sums[0]!.square + sums[1]!.square), 12)
})

it.each(['white', 'brown'] as const)('the expected autocorrelation of %s noise is that of two thousand drawn series', (noise) => {
  const [points, series, lags] = [32, 2000, 16]
  const random = new Random(3)
  const sums = new Float64Array(series)
  const vectors = Float64Array.from({ length: points * series }, (_, at) => {
    const step = random.normal()
    return noise === 'white' ? step : (sums[at % series]! += step)
  })
  const drawn = autocorrelation(vectors, points, lags)
  noiseAutocorrelation(noise, points, lags).forEach((value, lag) => expect(Math.abs(value - drawn[lag]!)).toBeLessThan(0.03))
})

it('equal vectors have no autocorrelation', () => {
  expect(autocorrelation([1, 2, 1, 2, 1, 2], 3, 2).every(Number.isNaN)).toBe(true)
})
