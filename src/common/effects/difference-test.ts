import { cautiousWelch, chanceOf, halfWidth, type SeedStatistics, seedStatistics, type Uncertainty } from '../analysis/statistics.ts'

/** One number of a run, such as its test error, with the seed it was trained from. */
export interface SeedValue {
  readonly seed: number
  readonly value: number
}

/** paired-t: over seeds that both sides have; welch-t: of two unpaired groups; none: a side has too few seeds to know a spread. */
export const testMethods = ['paired-t', 'welch-t', 'none'] as const
export type TestMethod = (typeof testMethods)[number]

/** The difference of two groups of seeds, `to` minus `from`, in the unit of their values. */
export interface DifferenceTest {
  readonly method: TestMethod
  /** Those that the test takes: of a paired test the seeds that both sides have. */
  readonly from: SeedStatistics
  readonly to: SeedStatistics
  /** Differences of the pairs, in the order of their seeds; none in an unpaired test. */
  readonly differences: readonly number[]
  readonly difference: number
  /** Half width of the difference's 95 % interval; null without a test. */
  readonly interval: number | null
  /** Degrees of freedom: one less than the pairs, or than the seeds of the side with fewer. */
  readonly freedom: number | null
  /** Two-sided; null without a test. */
  readonly pValue: number | null
  /** Difference in standard deviations over seeds (the root of the sides' mean variance), corrected for few seeds; null without one. */
  readonly hedgesG: number | null
  /** Exact two-sided p of flipping the pairs' signs, which takes no distribution for granted; null without pairs or with over 16. */
  readonly signFlipPValue: number | null
}

/** A paired test wants this many pairs at least. */
const fewestPairs = 3
/** Fewest pairs of which a sign-flip test can come below p = 0.05: its least p is 2 of 2^pairs. */
export const fewestSignFlips = 6
const mostSignFlips = 16

/**
 * Tests whether two groups of runs differ: by a paired t test over the seeds that both have, where these are three or more and at least
 * half of either side's; else by Welch's on all seeds, with the degrees of freedom of the side with fewer, so that no two spreads make it
 * find too much. Which of them is decided by the seeds alone, never by the values.
 * @param from one value or more, each of another seed; so is `to`
 */
export function testDifference(from: readonly SeedValue[], to: readonly SeedValue[]): DifferenceTest {
  const other = new Map(to.map(({ seed, value }) => [seed, value]))
  const pairs = from.flatMap(({ seed, value }) => (other.has(seed) ? [{ seed, from: value, to: other.get(seed)! }] : []))
  if (pairs.length >= fewestPairs && 2 * pairs.length >= Math.max(from.length, to.length))
    return pairedTest(pairs.sort((a, b) => a.seed - b.seed))
  const [a, b] = [statistics(from.map(({ value }) => value)), statistics(to.map(({ value }) => value))]
  const freedom = a.count + b.count - 2
  return finish({ from: a, to: b, differences: [], difference: b.mean - a.mean, used: cautiousWelch(a, b), effectFreedom: freedom })
}

function pairedTest(pairs: readonly { from: number; to: number }[]): DifferenceTest {
  const [a, b] = [statistics(pairs.map((pair) => pair.from)), statistics(pairs.map((pair) => pair.to))]
  const differences = pairs.map((pair) => pair.to - pair.from)
  const { mean, std, count } = statistics(differences)
  const used = { standardError: std! / Math.sqrt(count), freedom: count - 1 }
  return finish({ from: a, to: b, differences, difference: mean, used, effectFreedom: count - 1 })
}

function finish(parts: {
  from: SeedStatistics
  to: SeedStatistics
  differences: readonly number[]
  difference: number
  used: Uncertainty | null
  effectFreedom: number
}): DifferenceTest {
  const { from, to, differences, difference, effectFreedom } = parts
  const spread = from.std === null || to.std === null ? 0 : Math.sqrt((from.std ** 2 + to.std ** 2) / 2)
  const paired = differences.length > 0
  const test = { from, to, differences, difference, signFlipPValue: paired ? signFlip(differences) : null }
  // Seeds that agree to rounding tell no spread: their difference is not certain, only unexamined.
  const tiny = 1e-9 * Math.max(Math.abs(difference), 1e-6)
  const hedgesG = spread > tiny && effectFreedom > 1 ? (difference / spread) * (1 - 3 / (4 * effectFreedom - 1)) : null
  const used = parts.used && (parts.used.standardError > tiny || difference === 0) ? parts.used : null
  if (!used) return { ...test, method: 'none', interval: null, freedom: null, pValue: null, hedgesG }
  const { freedom } = used
  return {
    ...test,
    method: paired ? 'paired-t' : 'welch-t',
    interval: halfWidth(used),
    freedom,
    pValue: chanceOf(difference, used),
    hedgesG,
  }
}

/** Counts the sign patterns whose mean is as far from zero as the one that was seen. */
function signFlip(differences: readonly number[]): number | null {
  const { length } = differences
  if (length > mostSignFlips) return null
  const seen = Math.abs(differences.reduce((sum, value) => sum + value, 0)) * (1 - 1e-12)
  let extreme = 0
  for (let pattern = 0; pattern < 2 ** length; pattern++) {
    let sum = 0
    for (let index = 0; index < length; index++) sum += (pattern >> index) & 1 ? -differences[index]! : differences[index]!
    if (Math.abs(sum) >= seen) extreme++
  }
  return extreme / 2 ** length
}

function statistics(values: readonly number[]): SeedStatistics {
  const found = seedStatistics(values)
  if (!found) throw new Error('A group of runs needs a finite value at least.')
  return found
}

/**
 * Corrects the p-values of one family of comparisons by Holm's method: with all of them at most 0.05 false findings in all, whatever
 * depends on what. The result has the order of the input and is at most 1.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!)
  const corrected = pValues.map(() => 1)
  let largest = 0
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, pValues[index]! * (pValues.length - rank)))
    corrected[index] = largest
  })
  return corrected
}

/** Corrects p-values for their looks (Bonferroni), then by {@link holm}; in their order, null where there is no test. */
export function correctedPValues(tests: readonly { readonly pValue: number | null; readonly looks: number }[]): (number | null)[] {
  const tested = tests.flatMap(({ pValue, looks }) => (pValue === null ? [] : [Math.min(1, pValue * looks)]))
  const corrected = holm(tested)
  let next = 0
  return tests.map(({ pValue }) => (pValue === null ? null : corrected[next++]!))
}
