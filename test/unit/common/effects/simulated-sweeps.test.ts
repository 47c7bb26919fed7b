import { expect, it } from 'vitest'
import { studentQuantile } from '../../../../src/common/analysis/distributions.ts'
import { type DifferenceTest, holm, testDifference } from '../../../../src/common/effects/difference-test.ts'
import { effectPairs } from '../../../../src/common/effects/effect-pairs.ts'
import { effectKinds, familywiseError } from '../../../../src/common/effects/effect.ts'
import { seedsToSettle } from '../../../../src/common/effects/seeds-to-settle.ts'
import { Random } from '../../../../src/common/training/random.ts'

const networks = [
  { family: 'plain', shortcut: null, variant: 'plain' },
  { family: 'residual', shortcut: 'A', variant: 'residual A' },
  { family: 'residual', shortcut: 'B', variant: 'residual B' },
].flatMap((variant) => [20, 32, 44, 56].map((layers) => ({ ...variant, layers })))

/** The t of a pair of networks with the same seeds; how a sweep is found that is worth a whole analysis. */
function pairedT(from: readonly number[], to: readonly number[]): number {
  const { length } = from
  let [sum, squares] = [0, 0]
  for (let index = 0; index < length; index++) sum += to[index]! - from[index]!
  for (let index = 0; index < length; index++) squares += (to[index]! - from[index]! - sum / length) ** 2
  return Math.abs(sum / length) / Math.sqrt(squares / (length - 1) / length)
}

const pairs = effectPairs(
  networks.map((network, index) => ({ ...network, index })),
  effectKinds,
)

/** Whether any comparison of the default table is found. @param drawn values of each network @param looks that p is multiplied by */
function isAnyFound(drawn: readonly (readonly number[])[], looks = 1): boolean {
  // A pair is found at p of 0.05 / 24 or less in the first step of the correction: what is below 0.9 times its t needs no analysis.
  const threshold = 0.9 * studentQuantile(1 - familywiseError / looks / pairs.length, drawn[0]!.length - 1)
  if (pairs.every(({ from, to }) => pairedT(drawn[from.index]!, drawn[to.index]!) < threshold)) return false
  const of = ({ index }: { index: number }) => drawn[index]!.map((value, seed) => ({ seed, value }))
  const tests = pairs.map(({ from, to }) => testDifference(of(from), of(to)))
  return holm(tests.map(({ pValue }) => Math.min(1, looks * (pValue ?? 1)))).some((pValue) => pValue <= familywiseError)
}

/** Percentage of simulated sweeps without an effect in which any comparison of the default table is found. */
function falseFindings(sweeps: number, values: (index: number) => number[]): number {
  let found = 0
  for (let sweep = 0; sweep < sweeps; sweep++) if (isAnyFound(networks.map((_, index) => values(index)))) found++
  return (100 * found) / sweeps
}

it.each([
  ['3 seeds, spreads alike', 3, () => 1],
  ['4 seeds, spreads alike', 4, () => 1],
  ['5 seeds, deeper nets spread more', 5, (index: number) => 1 + (index % 4)],
])('no more than 5 in 100 of 100,000 simulated sweeps without an effect have a finding: %s', (_name, seeds, spread) => {
  // A hundred times 1,000 sweeps: the share is known to 0.07 in 100.
  const random = new Random(seeds)
  const share = falseFindings(100_000, (index) => Array.from({ length: seeds }, () => 20 + spread(index) * random.normal()))
  expect(share).toBeGreaterThan(3)
  expect(share).toBeLessThanOrEqual(5)
})

it.each([
  ['2 and 5 seeds, spreads alike', 2, 5, 1],
  ['2 and 5 seeds, the smaller group spread four times as much', 2, 5, 4],
  ['3 and 7 seeds, the smaller group spread four times as much', 3, 7, 4],
])('no more than 5 in 100 simulated differences of nothing between unequal groups are found: %s', (_name, few, many, spread) => {
  const random = new Random(31)
  const trials = 20_000
  const group = (count: number, from: number, std: number) =>
    Array.from({ length: count }, (_, seed) => ({ seed: from + seed, value: std * random.normal() }))
  const found = { one: 0, strict: 0 }
  for (let trial = 0; trial < trials; trial++) {
    const { pValue } = testDifference(group(few, 0, spread), group(many, 100, 1))
    if (pValue! <= 0.05) found.one++
    // The first of Holm's steps over 24 comparisons, where tails matter more.
    if (pValue! <= 0.05 / 24) found.strict++
  }
  expect(found.one / trials).toBeLessThanOrEqual(0.053)
  expect(found.strict / trials).toBeLessThanOrEqual((1.5 * 0.05) / 24)
})

it('looked at with three seeds and again with six, no more than 7.5 in 100 simulated sweeps without an effect have a finding', () => {
  const random = new Random(77)
  const trials = 50_000
  const found = { first: 0, either: 0, uncorrected: 0 }
  for (let trial = 0; trial < trials; trial++) {
    const drawn = networks.map(() => Array.from({ length: 6 }, () => 20 + random.normal()))
    const first = isAnyFound(drawn.map((values) => values.slice(0, 3)))
    if (first) found.first++
    if (first || isAnyFound(drawn, 2)) found.either++
    if (first || isAnyFound(drawn)) found.uncorrected++
  }
  expect(found.first / trials).toBeLessThanOrEqual(0.05)
  expect(found.either / trials).toBeLessThanOrEqual(0.075)
  // So much is found where p is not multiplied by the looks.
  expect(found.uncorrected / trials).toBeGreaterThan(0.08)
})

/** Two networks with a common part of their seeds' deviations; `seeds` of each, the first of those that more would have. */
function drawPair(random: Random, paired: boolean) {
  const std = 0.1 * 10 ** (1.2 * random.uniform())
  const effect = random.uniform() < 0.25 ? 0 : 3 * random.uniform()
  const values = Array.from({ length: 30 }, () => {
    const common = paired ? 0.5 * random.normal() : 0
    return [20 + std * (common + random.normal()), 20 + effect + std * (common + random.normal())] as const
  })
  return (seeds: number): DifferenceTest => {
    const side = (which: 0 | 1) =>
      values.slice(0, seeds).map((pair, index) => ({ seed: paired ? index : index + 100 * which, value: pair[which] }))
    return testDifference(side(0), side(1))
  }
}

it.each([true, false])(
  'in 4 of 5 simulated comparisons or more the seeds that were named settle it when they are trained (paired: %s)',
  (paired) => {
    const random = new Random(paired ? 5 : 6)
    const right = { named: 0, settled: 0 }
    for (let trial = 0; trial < 300; trial++) {
      const test = drawPair(random, paired)
      const [seeds, comparisons] = [3 + random.below(4), 1 + random.below(12)]
      const rule = { significance: 0.05 / comparisons, smallest: 0.5 }
      const more = seedsToSettle(test(seeds), rule)
      if (more === null || more === 0) continue
      right.named++
      if (seedsToSettle(test(seeds + more), rule) === 0) right.settled++
    }
    expect(right.named).toBeGreaterThan(40)
    expect(right.settled / right.named).toBeGreaterThanOrEqual(0.8)
  },
)

it('fewer seeds are named for a larger effect, and none beyond reach', () => {
  const test = (effect: number) => {
    const deviations = [-1, 0.2, 0.9, -0.4, 0.3]
    return testDifference(
      deviations.map((_, seed) => ({ seed, value: 10 })),
      deviations.map((value, seed) => ({ seed, value: 10 + effect + value })),
    )
  }
  const named = [0.05, 0.75, 0.85].map((effect) => seedsToSettle(test(effect), { significance: 0.05, smallest: 0.01 }))
  expect(named[0]).toBeNull()
  expect(named[1]).toBeGreaterThan(named[2]!)
  expect(seedsToSettle(test(5), { significance: 0.05, smallest: 0.01 })).toBe(0)
})
