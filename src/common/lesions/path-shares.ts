import { spreadOf } from './spread.ts'

/**
 * A residual net of n blocks is the sum over 2^n paths: each goes through F(x) of some blocks, which are its length, and past the others
 * (Residual Networks Behave Like Ensembles of Relatively Shallow Networks, section 3).
 */
export interface PathLength {
  /** Blocks whose F(x) a path goes through, 0 to n. */
  readonly length: number
  /** L2 norm of the gradient at the image through one such path: mean and standard deviation over sampled paths and images. */
  readonly norm: number
  readonly std: number | null
  /** Base-10 logarithm of the number of such paths, log10 of n over length. */
  readonly logPaths: number
  /** Number of paths times norm, as a share of its sum over all lengths (section 4.3, Fig. 6c). */
  readonly share: number
}

/** @param norms of sampled paths, by their length from 0 to n */
export function pathShares(norms: readonly (readonly number[])[]): PathLength[] {
  const blocks = norms.length - 1
  const lengths = norms.map((samples, length) => {
    const { mean: norm, std } = spreadOf(samples)
    return { length, norm, std, logPaths: logBinomial(blocks, length) / Math.LN10 }
  })
  // In logarithms: 110 over 55 is 1e32, and the longest paths' gradients are as small.
  const weights = lengths.map(({ norm, logPaths }) => (norm > 0 ? logPaths + Math.log10(norm) : -Infinity))
  const largest = Math.max(...weights)
  const relative = weights.map((weight) => (largest === -Infinity ? 0 : 10 ** (weight - largest)))
  const sum = relative.reduce((total, each) => total + each, 0)
  return lengths.map((each, index) => ({ ...each, share: sum === 0 ? 0 : relative[index]! / sum }))
}

/** Natural logarithm of n over k. */
function logBinomial(n: number, k: number): number {
  let sum = 0
  for (let factor = 1; factor <= k; factor++) sum += Math.log((n - k + factor) / factor)
  return sum
}

/** Lengths that carry the gradient. */
export interface EffectivePaths {
  /** The shortest range of lengths that has the wanted share of the gradient, both ends included. */
  readonly from: number
  readonly to: number
  /** Of the gradient. */
  readonly share: number
  /** Such paths among all, as a share. */
  readonly ofPaths: number
}

/** Finds the shortest range of lengths with at least `wanted` of the gradient; of equally short ones that with the most. */
export function effectivePaths(lengths: readonly PathLength[], wanted = 0.95): EffectivePaths | null {
  const blocks = lengths.length - 1
  for (let width = 1; width <= lengths.length; width++) {
    const ranges = lengths.slice(0, lengths.length - width + 1).map((_, from) => {
      const range = lengths.slice(from, from + width)
      return { from, to: from + width - 1, share: range.reduce((sum, { share }) => sum + share, 0) }
    })
    const best = ranges.reduce((a, b) => (b.share > a.share ? b : a))
    if (best.share < wanted) continue
    const paths = lengths.slice(best.from, best.to + 1).reduce((sum, { logPaths }) => sum + 10 ** (logPaths - blocks * Math.log10(2)), 0)
    return { ...best, ofPaths: paths }
  }
  return null
}

/** Factor by which the norm changes with each block that a path goes through: the slope of log(norm) over length, by least squares. */
export function normFactor(lengths: readonly PathLength[]): number | null {
  const points = lengths.flatMap(({ length, norm }) => (norm > 0 ? [{ x: length, y: Math.log(norm) }] : []))
  if (points.length < 2) return null
  const mean = (of: 'x' | 'y') => points.reduce((sum, point) => sum + point[of], 0) / points.length
  const [x, y] = [mean('x'), mean('y')]
  const covariance = points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0)
  return Math.exp(covariance / points.reduce((sum, point) => sum + (point.x - x) ** 2, 0))
}
