/** Tails and quantiles of Student's t and of the F distribution, for any positive degrees of freedom, fractions included. */

/** Computes the two-sided probability that |t| or more comes about by chance. */
export function studentTail(t: number, freedom: number): number {
  return regularizedBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
}

/** Caches quantiles, which are needed again and again for the same few degrees of freedom. */
const quantiles = new Map<string, number>()
const mostRemembered = 10_000

/**
 * Finds the t beyond which, on both sides together, lies a share of 1 - level.
 * @param level of confidence, 0 to 1, such as 0.95
 */
export function studentQuantile(level: number, freedom: number): number {
  const key = `${level} ${freedom}`
  const known = quantiles.get(key)
  if (known !== undefined) return known
  // Newton's method on ln(tail) over ln(t), which bends one way only. Steps are bounded, since a tail far out is zero.
  let logT = 0
  for (let iteration = 0; iteration < 60; iteration++) {
    const t = Math.exp(logT)
    const tail = studentTail(t, freedom)
    const step = Math.log(tail / (1 - level)) / ((2 * t * studentDensity(t, freedom)) / tail)
    logT += Math.min(0.7, Math.max(-0.7, step))
    if (Math.abs(step) < 1e-12) break
  }
  const quantile = Math.exp(logT)
  if (quantiles.size >= mostRemembered) quantiles.clear()
  quantiles.set(key, quantile)
  return quantile
}

function studentDensity(t: number, freedom: number): number {
  return (
    Math.exp(logGamma((freedom + 1) / 2) - logGamma(freedom / 2) - ((freedom + 1) / 2) * Math.log1p((t * t) / freedom)) /
    Math.sqrt(freedom * Math.PI)
  )
}

/** Computes the probability that a ratio of two variances of equal origin is f or more. */
export function varianceRatioTail(f: number, numerator: number, denominator: number): number {
  if (f === Infinity) return 0
  return regularizedBeta(denominator / (denominator + numerator * f), denominator / 2, numerator / 2)
}

/** Computes I_x(a, b) by its continued fraction (Numerical Recipes, 6.4) on the side where that converges quickly. */
function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b
}

/** Evaluates the continued fraction by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let product = d
  for (let m = 1; m <= 1000; m++) {
    for (const term of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / away(1 + term * d)
      c = away(1 + term / c)
      product *= c * d
    }
    if (Math.abs(c * d - 1) < 1e-15) break
  }
  return product
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** Computes ln of the gamma function above 0 by Lanczos' series. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const shifted = x + 6.5
  const series = lanczos.reduce((sum, coefficient, index) => sum + (index === 0 ? coefficient : coefficient / (x - 1 + index)), 0)
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(shifted) - shifted + Math.log(series)
}
