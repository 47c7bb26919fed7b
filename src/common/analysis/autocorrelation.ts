/**
 * Computes the autocorrelation of vectors along a line: R(lag) = sum over t of (g[t] - m) . (g[t + lag] - m) / sum over t of
 * |g[t] - m|^2, where m is the mean of all vectors (Box and Jenkins, Time Series Analysis, section 2.1.5, summed over the numbers).
 * @param vectors [points, size], one after the other
 * @param lags how many values are wanted: for lags 0 to lags - 1
 * @returns [lags]; NaN where all vectors are equal
 */
export function autocorrelation(vectors: ArrayLike<number>, points: number, lags: number): Float64Array {
  const size = vectors.length / points
  const centred = Float64Array.from(vectors)
  for (let at = 0; at < size; at++) {
    let mean = 0
    for (let t = 0; t < points; t++) mean += centred[t * size + at]! / points
    for (let t = 0; t < points; t++) centred[t * size + at]! -= mean
  }
  const products = Float64Array.from({ length: lags }, (_, lag) => {
    let sum = 0
    for (let t = 0; t + lag < points; t++) sum += dot(centred, t * size, (t + lag) * size, size)
    return sum
  })
  return products.map((sum) => sum / products[0]!)
}

function dot(values: Float64Array, first: number, second: number, size: number): number {
  let sum = 0
  for (let at = 0; at < size; at++) sum += values[first + at]! * values[second + at]!
  return sum
}

/** The noises that Balduzzi et al. 2017 hold gradients against: white is uncorrelated, brown is a random walk. */
export const noises = ['white', 'brown'] as const
type Noise = (typeof noises)[number]

/**
 * Gives what {@link autocorrelation} comes to for vectors of very many independent numbers, each of them such a noise along the line: the
 * expected products over the expected squares, from the covariance of the centred noise.
 */
export function noiseAutocorrelation(noise: Noise, points: number, lags: number): Float64Array {
  const covariance = (s: number, t: number) => (noise === 'brown' ? Math.min(s, t) + 1 : s === t ? 1 : 0)
  const all = Array.from({ length: points }, (_, t) => t)
  const rows = all.map((s) => all.reduce((sum, t) => sum + covariance(s, t), 0) / points)
  const whole = rows.reduce((sum, row) => sum + row, 0) / points
  const products = Float64Array.from({ length: lags }, (_, lag) => {
    let sum = 0
    for (let t = 0; t + lag < points; t++) sum += covariance(t, t + lag) - rows[t]! - rows[t + lag]! + whole
    return sum
  })
  return products.map((sum) => sum / products[0]!)
}
