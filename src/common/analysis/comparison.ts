import { didNotTrain, type DepthResult } from './depth-results.ts'
import { looksAt } from './looks.ts'
import { chanceOf, halfWidth, type SeedStatistics, type SharedSpread, type Spreads, spreadsOf, uncertaintyOf } from './statistics.ts'

/** Smallest differences of training error that count, as fractions. */
export const verdictThresholds = {
  /** Smallest difference that counts where a side has a single seed. */
  oneSeedDifference: 0.02,
  /** Smallest difference that counts with several seeds on each side; it must exceed its own 95 % interval too. */
  seedsDifference: 0.005,
  /** Widest interval at which a difference can still be ruled out. */
  widestInterval: 0.05,
} as const

export type Relation = 'higher' | 'lower' | 'no-clear-difference' | 'inconclusive'

/**
 * What the interval of a difference is computed from: nothing, with one seed each; the two networks' own seeds; the seeds of the whole
 * experiment.
 */
export type SpreadSource = 'unknown' | 'own' | 'shared'

export interface Comparison {
  readonly from: DepthResult
  readonly to: DepthResult
  /** Training error of `to` minus that of `from`. */
  readonly difference: number
  /** Half width of the difference's 95 % interval; null when no spread is known. */
  readonly interval: number | null
  /** Probability of such a difference by chance alone, two-sided; null when no spread is known. */
  readonly pValue: number | null
  readonly spread: SpreadSource
  /** Looks that were taken at it as its seeds came in, each with its share of the 5 %. */
  readonly looks: number
  /** The difference counts when its size exceeds this; null when no difference that is possible would, with these seeds. */
  readonly margin: number | null
  /** True when a side has a single seed, so that its spread is unknown. */
  readonly singleSeed: boolean
  readonly relation: Relation
  /** How many more seeds each network needs before such a difference counts or can be ruled out: 0 when it does, null when over 20. */
  readonly moreSeeds: number | null
}

/** The spread over seeds of an experiment's networks, and which of them share it. */
export interface ExperimentSpread extends Spreads {
  readonly shares: (network: DepthResult) => boolean
  /** Networks with two seeds or more that share it; each gains a degree of freedom with another seed. */
  readonly sharing: readonly DepthResult[]
}

/** Estimates the spread over seeds. Nets that did not train have another kind of spread and are left out. */
export function experimentSpread(results: readonly DepthResult[]): ExperimentSpread {
  const spreads = spreadsOf(results.map((result) => (didNotTrain(result) ? null : result.trainError)))
  const apart = new Set(spreads.apart.map((index) => results[index]))
  return {
    ...spreads,
    shares: (network) => !apart.has(network),
    sharing: results.filter((result) => !apart.has(result) && !didNotTrain(result) && result.finished > 1),
  }
}

/** More seeds than these are not worth proposing. */
const mostMoreSeeds = 20

/**
 * @param level of the interval that a difference has to exceed at a single look; more than 0.95 where the pair was picked out of many
 * @throws Error when a side has no finished run
 */
export function compare(from: DepthResult, to: DepthResult, spread: ExperimentSpread, level = 0.95): Comparison {
  if (!from.trainError || !to.trainError) throw new Error('Only networks with finished runs can be compared.')
  const { trainError: a } = from
  const { trainError: b } = to
  const difference = b.mean - a.mean
  const shares = spread.shares(from) && spread.shares(to)
  const uncertainty = uncertaintyOf(a, b, spread.shared, shares)
  const singleSeed = a.count === 1 || b.count === 1
  const looks = looksAt([from.queuedWith, to.queuedWith])
  const least = singleSeed ? verdictThresholds.oneSeedDifference : verdictThresholds.seedsDifference
  const needed = Math.max(least, uncertainty ? halfWidth(uncertainty.used, levelOf(looks, level)) : 0)
  const possible = difference > 0 ? 1 - a.mean : a.mean
  const margin = needed < possible || needed === least ? needed : null
  return {
    from,
    to,
    difference,
    interval: uncertainty && halfWidth(uncertainty.used),
    pValue: uncertainty && chanceOf(difference, uncertainty.used),
    spread: uncertainty?.source ?? 'unknown',
    looks,
    margin,
    singleSeed,
    relation: relation(difference, needed, margin),
    moreSeeds:
      Math.abs(difference) > needed
        ? 0
        : moreSeeds({ a, b, difference, shares, spread, level: levelOf(singleSeed ? 1 : looks + 1, level) }),
  }
}

/** Gives each of several looks its share of what may be found by chance. */
function levelOf(looks: number, level: number): number {
  return 1 - (1 - level) / looks
}

function relation(difference: number, needed: number, margin: number | null): Relation {
  if (margin !== null && difference > margin) return 'higher'
  if (margin !== null && difference < -margin) return 'lower'
  return needed > verdictThresholds.widestInterval ? 'inconclusive' : 'no-clear-difference'
}

/** Counts the seeds that are missing, expecting that further seeds spread as those before, in every network alike. */
function moreSeeds(pair: {
  a: SeedStatistics
  b: SeedStatistics
  difference: number
  shares: boolean
  spread: ExperimentSpread
  level: number
}): number | null {
  const { a, b, difference, shares, spread, level } = pair
  const size = Math.abs(difference)
  const inconclusive = (width: number): boolean => width > verdictThresholds.widestInterval
  const first = uncertaintyOf(a, b, spread.shared, shares)
  // The fewest seeds whose spread is known with more than one degree of freedom are three.
  if (!first) return 2
  const enough = inconclusive(halfWidth(first.used, level))
    ? (width: number) => size > width || !inconclusive(width)
    : (width: number) => size > width
  const tells = (more: number): boolean => {
    const shared: SharedSpread | null = spread.shared && { ...spread.shared, freedom: spread.shared.freedom + more * spread.sharing.length }
    const grown = uncertaintyOf({ ...a, count: a.count + more }, { ...b, count: b.count + more }, shared, shares)
    return grown !== null && enough(halfWidth(grown.used, level))
  }
  if (!tells(mostMoreSeeds)) return null
  let [low, high] = [a.count === 1 || b.count === 1 ? 1 : 0, mostMoreSeeds]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (tells(middle)) high = middle
    else low = middle + 1
  }
  return low
}
