import { describe, expect, it } from 'vitest'
import { assessDegradation } from '../../../../src/common/analysis/degradation.ts'
import { Random } from '../../../../src/common/training/random.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

/**
 * Sweeps of plain and residual nets of some depths whose seeds scatter around means that are given: how often does the verdict find
 * what is not there?
 */
interface Simulated {
  readonly depths: readonly number[]
  readonly seeds: number
  /** Standard deviation over seeds, points, by family and index of depth. */
  readonly spread: (family: 'plain' | 'residual', index: number) => number
  /** Mean training error, a fraction; without effects it is the same for all. */
  readonly mean?: (family: 'plain' | 'residual', index: number) => number
}

const trials = 1500
const families = ['plain', 'residual'] as const
const runs = new Map(
  families.flatMap((family) =>
    [3, 5, 7, 9].flatMap((n) =>
      [1, 2, 3, 4, 5, 6].map((seed) => [`${family} ${n} ${seed}`, sampleRun({ family, n, seed, train: 0.2, test: 0.2 }).summary] as const),
    ),
  ),
)

/** Shares, 0 to 1, of verdicts by their answers. */
function answers({ depths, seeds, spread, mean = () => 0.2 }: Simulated, seed: number) {
  const random = new Random(seed)
  const found = { hurts: 0, helps: 0, cures: 0 }
  for (let trial = 0; trial < trials; trial++) {
    const verdict = assessDegradation(
      families.flatMap((family) =>
        depths.flatMap((n, index) =>
          Array.from({ length: seeds }, (_, each) => {
            const run = runs.get(`${family} ${n} ${each + 1}`)!
            const error = mean(family, index) + (spread(family, index) / 100) * random.normal()
            return {
              ...run,
              lastEpoch: { ...run.lastEpoch!, results: { ...run.lastEpoch!.results, train: { loss: 1, topOneError: error } } },
            }
          }),
        ),
      ),
    )
    const { answer } = verdict.depthHurtsPlain
    if (answer === 'yes' || answer === 'mixed') found.hurts += 1 / trials
    if (answer === 'reversed') found.helps += 1 / trials
    if (verdict.shortcuts[0]!.answer === 'yes' || verdict.shortcuts[0]!.answer === 'partly') found.cures += 1 / trials
  }
  return found
}

describe.each([2, 3, 5])('in simulated sweeps without any effect, %i seeds', (seeds) => {
  it.each([
    ['two depths, all spread alike', [3, 9], () => 1.5],
    ['four depths, all spread alike', [3, 5, 7, 9], () => 1.5],
    ['four depths, small spreads', [3, 5, 7, 9], () => 0.3],
    ['two depths, the deeper spread twice as much', [3, 9], (_family: string, index: number) => 1 + index],
    [
      'four depths, plain nets spread more with depth',
      [3, 5, 7, 9],
      (family: string, index: number) => (family === 'plain' ? 1 + index / 3 : 1),
    ],
  ])('at most 5 in 100 simulated sweeps without an effect find one of depth: %s', (_name, depths, spread) => {
    const { hurts, helps, cures } = answers({ depths, seeds, spread }, 1 + seeds)
    expect(hurts).toBeLessThanOrEqual(0.04)
    expect(hurts + helps).toBeLessThanOrEqual(0.05)
    expect(cures).toBeLessThanOrEqual(0.025)
  })
})

it('looked at with three seeds and again with six, at most 7.5 in 100 simulated sweeps without an effect find one of depth', () => {
  const random = new Random(12)
  let found = 0
  for (let trial = 0; trial < trials; trial++) {
    const drawn = families.flatMap((family) =>
      [3, 9].flatMap((n) =>
        [1, 2, 3, 4, 5, 6].map((seed) => {
          const run = runs.get(`${family} ${n} ${seed}`)!
          const train = { loss: 1, topOneError: 0.2 + 0.015 * random.normal() }
          const lastEpoch = { ...run.lastEpoch!, results: { ...run.lastEpoch!.results, train } }
          return { ...run, queuedAt: seed > 3 ? 2 : 1, lastEpoch }
        }),
      ),
    )
    const looks = [drawn.filter(({ queuedAt }) => queuedAt === 1), drawn]
    if (looks.some((seen) => ['yes', 'mixed', 'reversed'].includes(assessDegradation(seen).depthHurtsPlain.answer))) found++
  }
  expect(found / trials).toBeLessThanOrEqual(0.075)
})

it('where depth hurts and residual nets are no better, at most 5 in 100 find a cure', () => {
  const mean = (_family: string, index: number) => 0.2 + 0.1 * index
  for (const seeds of [2, 3, 5]) expect(answers({ depths: [3, 9], seeds, spread: () => 1.5, mean }, 7).cures).toBeLessThanOrEqual(0.05)
})

it('three seeds find an effect of four times the spread between seeds nearly always, two in most cases', () => {
  const mean = (family: string, index: number) => 0.1 + (family === 'plain' && index === 3 ? 0.06 : 0)
  expect(answers({ depths: [3, 5, 7, 9], seeds: 3, spread: () => 1.5, mean }, 3).hurts).toBeGreaterThan(0.9)
  expect(answers({ depths: [3, 5, 7, 9], seeds: 2, spread: () => 1.5, mean }, 3).hurts).toBeGreaterThan(0.5)
})
