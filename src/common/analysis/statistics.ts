import { z } from 'zod'
import { studentQuantile, studentTail, varianceRatioTail } from './distributions.ts'

/** Mean and spread of one number over seeds. */
export const seedStatisticsSchema = z.strictObject({
  count: z.int(),
  mean: z.number(),
  /** Sample standard deviation (n - 1); null for a single value, whose spread is unknown. */
  std: z.number().nullable(),
  min: z.number(),
  max: z.number(),
})
export type SeedStatistics = Readonly<z.infer<typeof seedStatisticsSchema>>

/** @returns null when there is no value, or one of them is not finite */
export function seedStatistics(values: readonly number[]): SeedStatistics | null {
  if (values.length === 0 || !values.every(Number.isFinite)) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    count: values.length,
    mean,
    std: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null,
    min: Math.min(...values),
    max: Math.max(...values),
  }
}

/** How exactly a difference of two means is known. */
export interface Uncertainty {
  /** Standard error of the difference, in the unit of the difference. */
  readonly standardError: number
  /** Degrees of freedom of the standard error, seldom a whole number. */
  readonly freedom: number
}

/** A variance over seeds, and the degrees of freedom it is known with. */
interface Variance {
  readonly variance: number
  readonly freedom: number
}

/** Applies Welch's test, with degrees of freedom by Welch and Satterthwaite; null when a side has a single value. */
export function welch(a: SeedStatistics, b: SeedStatistics): Uncertainty | null {
  if (a.std === null || b.std === null) return null
  return ofVariances(a.count, { variance: a.std ** 2, freedom: a.count - 1 }, b.count, { variance: b.std ** 2, freedom: b.count - 1 })
}

/**
 * The same with as many degrees of freedom as the side with fewer values has: then no pair of spreads makes it find too much (Mickey and
 * Brown 1966). Welch's own number is itself estimated from the values, and finds up to 5.8 % instead of 5 % with three on each side.
 */
export function cautiousWelch(a: SeedStatistics, b: SeedStatistics): Uncertainty | null {
  const known = welch(a, b)
  return known && { ...known, freedom: Math.min(a.count, b.count) - 1 }
}

function ofVariances(countA: number, a: Variance, countB: number, b: Variance): Uncertainty {
  const [partA, partB] = [a.variance / countA, b.variance / countB]
  const variance = partA + partB
  const freedom = variance === 0 ? a.freedom + b.freedom : variance ** 2 / (partA ** 2 / a.freedom + partB ** 2 / b.freedom)
  return { standardError: Math.sqrt(variance), freedom }
}

/** Computes half the width of the interval that holds the difference with a probability of `level`. */
export function halfWidth({ standardError, freedom }: Uncertainty, level = 0.95): number {
  return standardError === 0 ? 0 : standardError * studentQuantile(level, freedom)
}

/** Computes the two-sided probability of a difference as large by chance alone. */
export function chanceOf(difference: number, { standardError, freedom }: Uncertainty): number {
  if (standardError === 0) return difference === 0 ? 1 : 0
  return studentTail(Math.abs(difference) / standardError, freedom)
}

/** One spread for several networks. */
export interface SharedSpread {
  /** The largest standard deviation among them: a mean of spreads would make differences of the network that spreads most look certain. */
  readonly std: number
  /** Degrees of freedom of all sharing networks together. */
  readonly freedom: number
}

export interface Spreads {
  /** Spread that networks share; null when fewer than two have one that they could share. */
  readonly shared: SharedSpread | null
  /** Indices of networks that spread so much more than the others that sharing would not be fair. */
  readonly apart: readonly number[]
}

/** Level of the test by which a network's spread counts as larger than the others', so that it does not share theirs. */
const fairLevel = 0.05

/**
 * Estimates the spread over seeds that networks share. A handful of seeds tells little of a network's own spread; together they tell more,
 * where the
 * spreads are alike.
 * @param networks those with two values or more are counted
 */
export function spreadsOf(networks: readonly (SeedStatistics | null)[]): Spreads {
  const spreads = networks.flatMap((each, index) => (each && each.std !== null ? [{ index, std: each.std, freedom: each.count - 1 }] : []))
  spreads.sort((a, b) => b.std - a.std)
  const apart: number[] = []
  for (; spreads.length > 1; spreads.shift()) {
    const [largest, ...others] = spreads
    const freedom = others.reduce((sum, other) => sum + other.freedom, 0)
    const pooled = others.reduce((sum, other) => sum + other.freedom * other.std ** 2, 0) / freedom
    const ratio = largest!.std === 0 ? 1 : largest!.std ** 2 / pooled
    // Each of them could have been the largest (Bonferroni).
    const chance = spreads.length * varianceRatioTail(ratio, largest!.freedom, freedom)
    if (chance >= fairLevel) return { shared: { std: largest!.std, freedom: freedom + largest!.freedom }, apart }
    apart.push(largest!.index)
  }
  return { shared: null, apart }
}

/**
 * Tells how exactly the difference of two networks is known: by a cautious Welch's test on their own seeds or by the spread that both
 * share, whichever is known better. A single seed takes the larger of the shared spread and the other side's.
 * @param shares whether the shared spread holds for both
 * @returns null when no spread is known
 */
export function uncertaintyOf(
  a: SeedStatistics,
  b: SeedStatistics,
  shared: SharedSpread | null,
  shares: boolean,
): { readonly used: Uncertainty; readonly source: 'own' | 'shared' } | null {
  const common = shared && shares ? { standardError: shared.std * Math.sqrt(1 / a.count + 1 / b.count), freedom: shared.freedom } : null
  const own = cautiousWelch(a, b) ?? (common ? null : borrowed(a, b, shared))
  if (common && (!own || halfWidth(common) < halfWidth(own))) return { used: common, source: 'shared' }
  return own && { used: own, source: 'own' }
}

function borrowed(a: SeedStatistics, b: SeedStatistics, shared: SharedSpread | null): Uncertainty | null {
  const known = [a, b].flatMap(({ std, count }) => (std === null ? [] : [{ variance: std ** 2, freedom: count - 1 }]))
  const others = shared ? [{ variance: shared.std ** 2, freedom: shared.freedom }] : []
  const [largest] = [...known, ...others].sort((one, other) => other.variance - one.variance)
  if (!largest) return null
  const of = ({ std, count }: SeedStatistics): Variance => (std === null ? largest : { variance: std ** 2, freedom: count - 1 })
  const sides = ofVariances(a.count, of(a), b.count, of(b))
  // Two sides with one and the same spread do not know it twice.
  return { ...sides, freedom: Math.min(sides.freedom, largest.freedom) }
}
