import { studentQuantile } from '../analysis/distributions.ts'
import { Random } from '../training/random.ts'
import type { DifferenceTest } from './difference-test.ts'

/** Predicted chance of being settled that the proposed number of seeds has to reach: a little above 0.8, which it is to keep. */
const settlingPower = 0.85
/** More seeds than these are not proposed. */
const mostMoreSeeds = 20
/** Seeds of which a spread is first told with more than one degree of freedom. */
export const fewestSeeds = 3

export interface SettlingRule {
  /** A difference is found where p is at most this; less than 0.05 where it is one of many. */
  readonly significance: number
  /** It is ruled out where its 95 % interval lies within this on both sides of zero. */
  readonly smallest: number
}

/** Count, mean and sum of squared deviations, to which values are added one by one. */
interface Side {
  count: number
  mean: number
  squares: number
}

/** Tells whether a mean is found to differ from zero or ruled out to. */
function isSettled(difference: number, standardError: number, freedom: number, { significance, smallest }: SettlingRule): boolean {
  const size = Math.abs(difference)
  return size > standardError * quantile(1 - significance, freedom) || size + standardError * quantile(0.95, freedom) < smallest
}

/**
 * Counts how many more seeds each side needs until the comparison is settled, found or ruled out, with a predicted chance of 0.85. That
 * chance is taken over everything that the seeds so far leave open: true difference and spread are drawn from what these seeds say of
 * them (normal values, flat priors of means and of logarithms of spreads), further seeds from those. The draws are always the same.
 * Below three seeds a side those that lack to three are named, whatever they will tell.
 * @returns 0 when it is settled, null when more than 20 would be needed or no spread can be told
 */
export function seedsToSettle(test: DifferenceTest, rule: SettlingRule): number | null {
  const missing = Math.max(0, fewestSeeds - Math.min(test.from.count, test.to.count))
  if (test.method === 'none') return missing || null
  const sides = sidesOf(test)
  if (settled(sides, rule)) return 0
  if (missing > 0) return missing
  const draws = table()
  const successes = new Array<number>(mostMoreSeeds + 1).fill(0)
  for (const draw of draws) {
    const grown = sides.map((side) => ({ ...side }))
    const truths = sides.map((side, index) => drawTruth(side, draw[index]!))
    for (let more = 1; more <= mostMoreSeeds; more++) {
      grown.forEach((side, index) => {
        const { mean, std } = truths[index]!
        add(side, mean + std * draw[index]!.future[more - 1]!)
      })
      if (settled(grown, rule)) successes[more]!++
    }
  }
  const enough = successes.findIndex((count, more) => more > 0 && count >= settlingPower * draws.length)
  return enough < 0 ? null : enough
}

function sidesOf({ method, from, to, differences, difference }: DifferenceTest): Side[] {
  if (method === 'paired-t')
    return [{ count: differences.length, mean: difference, squares: differences.reduce((sum, each) => sum + (each - difference) ** 2, 0) }]
  return [from, to].map(({ count, mean, std }) => ({ count, mean, squares: (std ?? 0) ** 2 * (count - 1) }))
}

/** One side holds differences of pairs, two are compared by Welch's test. */
function settled(sides: readonly Side[], rule: SettlingRule): boolean {
  const [a, b] = sides
  const partA = a!.squares / (a!.count - 1) / a!.count
  if (!b) return isSettled(a!.mean, Math.sqrt(partA), a!.count - 1, rule)
  const partB = b.squares / (b.count - 1) / b.count
  return isSettled(b.mean - a!.mean, Math.sqrt(partA + partB), Math.min(a!.count, b.count) - 1, rule)
}

function add(side: Side, value: number): void {
  side.count++
  const step = value - side.mean
  side.mean += step / side.count
  side.squares += step * (value - side.mean)
}

/** Standard normal numbers that one draw takes for a side. */
interface SideDraw {
  readonly mean: number
  readonly spread: readonly number[]
  readonly future: readonly number[]
}

/** Beyond so many degrees of freedom the chi-squared distribution is taken from one normal number (Wilson and Hilferty). */
const exactFreedom = 16
const drawCount = 400
let kept: SideDraw[][] | null = null

function table(): SideDraw[][] {
  if (kept) return kept
  const random = new Random(19)
  const normals = (length: number): number[] => Array.from({ length }, () => random.normal())
  const side = (): SideDraw => ({ mean: random.normal(), spread: normals(exactFreedom), future: normals(mostMoreSeeds) })
  return (kept = Array.from({ length: drawCount }, () => [side(), side()]))
}

/** Draws a mean and a standard deviation that such seeds could come from. */
function drawTruth({ count, mean, squares }: Side, draw: SideDraw): { mean: number; std: number } {
  const std = Math.sqrt(squares / chiSquared(count - 1, draw.spread))
  return { mean: mean + (std / Math.sqrt(count)) * draw.mean, std }
}

function chiSquared(freedom: number, normals: readonly number[]): number {
  if (freedom > exactFreedom) {
    const width = 2 / (9 * freedom)
    return freedom * (1 - width + Math.sqrt(width) * normals[0]!) ** 3
  }
  let sum = 0
  for (let index = 0; index < freedom; index++) sum += normals[index]! ** 2
  return sum
}

/** Interpolates between whole degrees of freedom, in their inverse: exact to a thousandth, and far quicker. */
function quantile(level: number, freedom: number): number {
  const whole = wholeQuantiles(level)
  const below = Math.min(Math.floor(freedom), mostFreedom - 1)
  if (below < 1) return whole[1]!
  if (below === freedom || freedom >= mostFreedom) return whole[Math.min(below, mostFreedom)]!
  const share = (1 / below - 1 / freedom) / (1 / below - 1 / (below + 1))
  return whole[below]! + share * (whole[below + 1]! - whole[below]!)
}

const mostFreedom = 200
const quantiles = new Map<number, readonly number[]>()

function wholeQuantiles(level: number): readonly number[] {
  const known = quantiles.get(level)
  if (known) return known
  const whole = Array.from({ length: mostFreedom + 1 }, (_, freedom) => (freedom === 0 ? Infinity : studentQuantile(level, freedom)))
  if (quantiles.size > 100) quantiles.clear()
  quantiles.set(level, whole)
  return whole
}
