import { z } from 'zod'
import { type ComparedRun, comparedVariant, runsByNetwork } from '../analysis/depth-results.ts'
import { looksAt, queuedWith } from '../analysis/looks.ts'
import { pointsOf } from '../analysis/error-words.ts'
import { chanceOf, halfWidth, type SeedStatistics, seedStatistics, type Uncertainty } from '../analysis/statistics.ts'
import { depthOf } from '../network/design.ts'
import type { Split } from '../results/splits.ts'
import { correctedPValues, type SeedValue, testMethods } from './difference-test.ts'
import { familywiseError } from './effect.ts'
import { signedPoints } from './effect-words.ts'

const changeSchema = z.strictObject({ variant: z.string(), change: z.number() })

/** What depth changes in one variant, against what it changes in another. Errors are fractions. */
export const interactionSchema = z.strictObject({
  /** "residual A against plain, 20 to 56 layers". */
  name: z.string(),
  /** Weighted layers of the shallow and the deep net. */
  from: z.int(),
  to: z.int(),
  /** Change of the mean error from the shallow to the deep net, of each variant. */
  changes: z.tuple([changeSchema, changeSchema]),
  /** The second change minus the first. */
  difference: z.number(),
  /** Half width of its 95 % interval; null where a network has a single seed. */
  interval: z.number().nullable(),
  method: z.enum(testMethods),
  pValue: z.number().nullable(),
  /** How often it could be tested anew as seeds came in, sweep after sweep. */
  looks: z.int(),
  /** Times the looks, then corrected by Holm's method for all interactions of the experiment. */
  correctedPValue: z.number().nullable(),
  words: z.string(),
})
export type Interaction = z.infer<typeof interactionSchema>

/** A cell of the grid of variants and depths. */
export interface GridCell {
  readonly variant: string
  readonly layers: number
  readonly statistics: SeedStatistics | null
}

interface Cell extends GridCell {
  readonly plain: boolean
  readonly values: readonly SeedValue[]
  /** When each value's run was queued, see {@link queuedWith}. */
  readonly queuedWith: readonly number[]
}

/** Fewest seeds that all four networks share for a paired test. */
const fewestShared = 3

/** All networks of one experiment: their mean errors by variant and depth, in the order of variants, then depths. */
export function errorGrid(runs: readonly ComparedRun[], split: Split): GridCell[] {
  return cellsOf(runs, split).map(({ variant, layers, statistics }) => ({ variant, layers, statistics }))
}

/**
 * Compares what depth does to each two variants of one experiment: the change from the shallowest to the deepest depth that both have. A
 * paired t test over seeds that all four networks share where these are three or more, else Welch's over all four.
 */
export function interactions(runs: readonly ComparedRun[], split: Split): Interaction[] {
  const cells = cellsOf(runs, split).filter(({ values }) => values.length > 0)
  const variants = [...new Map(cells.map(({ variant, plain }) => [variant, plain])).entries()]
    .sort(([, one], [, other]) => Number(other) - Number(one))
    .map(([variant]) => variant)
  const found = variants.flatMap((one, index) =>
    variants.slice(index + 1).flatMap((other) => {
      const of = (variant: string) => cells.filter((cell) => cell.variant === variant)
      const common = of(one).filter(({ layers }) => of(other).some((cell) => cell.layers === layers))
      if (common.length < 2) return []
      const [from, to] = [common[0]!.layers, common.at(-1)!.layers]
      const four = [one, other].flatMap((variant) => [from, to].map((layers) => of(variant).find((cell) => cell.layers === layers)!))
      return [{ one, other, from, to, looks: looksAt(four.map((cell) => cell.queuedWith)), test: testFour(four) }]
    }),
  )
  const corrected = correctedPValues(found.map(({ test, looks }) => ({ pValue: test.pValue, looks })))
  return found.map(({ one, other, from, to, looks, test }, index): Interaction => {
    const correctedPValue = corrected[index] ?? null
    const { changes, ...told } = test
    const whole: Omit<Interaction, 'words'> = {
      name: `${other} against ${one}, ${from} to ${to} layers`,
      ...{ from, to, ...told, looks, correctedPValue },
      changes: [
        { variant: one, change: changes[0] },
        { variant: other, change: changes[1] },
      ],
    }
    return { ...whole, words: interactionWords(whole) }
  })
}

function cellsOf(runs: readonly ComparedRun[], split: Split): Cell[] {
  return runsByNetwork(runs).map((own) => {
    const { network } = own[0]!.settings
    const valued = own.flatMap((run) => {
      const { state, settings, lastEpoch } = run
      const value = lastEpoch?.results[split]?.topOneError
      return state === 'finished' && value !== undefined ? [{ queued: queuedWith(run), value: { seed: settings.seed, value } }] : []
    })
    const values = valued.map(({ value }) => value)
    const times = valued.map(({ queued }) => queued)
    const statistics = seedStatistics(values.map(({ value }) => value))
    return {
      variant: comparedVariant(network),
      plain: network.family === 'plain',
      layers: depthOf(network),
      statistics,
      values,
      queuedWith: times,
    }
  })
}

/** @param cells of the first variant shallow and deep, then of the second */
function testFour(
  cells: readonly Cell[],
): Pick<Interaction, 'difference' | 'interval' | 'method' | 'pValue'> & { changes: [number, number] } {
  const signs = [1, -1, -1, 1]
  const bySeed = cells.map(({ values }) => new Map(values.map(({ seed, value }) => [seed, value])))
  const shared = [...bySeed[0]!.keys()].filter((seed) => bySeed.every((values) => values.has(seed)))
  const most = Math.max(...cells.map(({ values }) => values.length))
  const paired = shared.length >= fewestShared && 2 * shared.length >= most
  const statistics = cells.map((_, index) => seedStatistics(valuesOf(bySeed[index]!, paired ? shared : null))!)
  const means = statistics.map(({ mean }) => mean)
  const difference = means.reduce((sum, mean, index) => sum + signs[index]! * mean, 0)
  const changes: [number, number] = [means[1]! - means[0]!, means[3]! - means[2]!]
  const used = paired
    ? pairedUncertainty(shared.map((seed) => bySeed.reduce((sum, values, index) => sum + signs[index]! * values.get(seed)!, 0)))
    : welchOfFour(statistics)
  if (!used || (used.standardError === 0 && difference !== 0)) return { changes, difference, interval: null, method: 'none', pValue: null }
  const method = paired ? 'paired-t' : 'welch-t'
  return { changes, difference, interval: halfWidth(used), method, pValue: chanceOf(difference, used) }
}

function valuesOf(values: ReadonlyMap<number, number>, seeds: readonly number[] | null): number[] {
  return seeds ? seeds.map((seed) => values.get(seed)!) : [...values.values()]
}

function pairedUncertainty(differences: readonly number[]): Uncertainty {
  const { std, count } = seedStatistics(differences)!
  return { standardError: std! / Math.sqrt(count), freedom: count - 1 }
}

/** Welch's over four groups, with the degrees of freedom of the one with fewest seeds as in pairs; null where one has a single seed. */
function welchOfFour(groups: readonly SeedStatistics[]): Uncertainty | null {
  if (groups.some(({ std }) => std === null)) return null
  const variance = groups.reduce((sum, { std, count }) => sum + std! ** 2 / count, 0)
  return { standardError: Math.sqrt(variance), freedom: Math.min(...groups.map(({ count }) => count)) - 1 }
}

function interactionWords({ changes, difference, interval, correctedPValue }: Omit<Interaction, 'words'>): string {
  const [one, other] = changes
  const told = `depth changes ${one.variant} by ${signedPoints(one.change)} and ${other.variant} by ${signedPoints(other.change)} points`
  if (interval === null || correctedPValue === null) return `${told}; too few seeds to test it`
  if (correctedPValue > familywiseError) return `${told}; no interaction beyond chance`
  return `${told}: ${pointsOf(Math.abs(difference))} ${difference < 0 ? 'fewer' : 'more'} with ${other.variant}, beyond chance`
}
