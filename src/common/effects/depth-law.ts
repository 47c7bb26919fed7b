import { z } from 'zod'
import { type ComparedRun, comparedVariant, runsByNetwork } from '../analysis/depth-results.ts'
import { studentQuantile, varianceRatioTail } from '../analysis/distributions.ts'
import { depthOf } from '../network/design.ts'
import type { Split } from '../results/splits.ts'
import { Random } from '../training/random.ts'
import { fitLaw, type FittedLaw, type LawKind, lawKinds, lawParameters, type LawPoint, laws } from './law-fit.ts'

const intervalSchema = z.strictObject({ low: z.number(), high: z.number() })
export type Interval = z.infer<typeof intervalSchema>

/** A law of error against depth for one variant, with what its seeds say of it. Errors are fractions. */
export const depthLawSchema = z.strictObject({
  /** "residual A". */
  variant: z.string(),
  kind: z.enum(lawKinds),
  /** "0.0512 + 0.31 d^-0.85". */
  formula: z.string(),
  /** Depths that were trained, layers, ascending. */
  depths: z.array(z.int()),
  seeds: z.int(),
  /** The exponent c of a power law, or the depth of the least error, with its 95 % interval over seeds; null where they leave it open. */
  parameter: z.strictObject({ name: z.enum(lawParameters), value: z.number(), interval: intervalSchema.nullable() }),
  /** Along depths between the shallowest and the deepest; low and high are its 95 % interval over seeds, null with one seed. */
  curve: z.array(z.strictObject({ layers: z.number(), error: z.number(), interval: intervalSchema.nullable() })),
  /** Lack of fit against the spread of seeds (F test); null where three depths fix the law or no spread is known. */
  lackOfFit: z.number().nullable(),
  /** Whether the law is to be believed: null where nothing tests it. */
  fits: z.boolean().nullable(),
  /** What was found, in whole sentences. */
  words: z.array(z.string()),
})
export type DepthLaw = z.infer<typeof depthLawSchema>

const resamples = 400
const curvePoints = 41
/** A law that its seeds contradict at this level is said not to fit. */
const lackLevel = 0.05

/** Fits a law to each variant of one experiment that has three depths or more with finished runs. */
export function depthLaws(runs: readonly ComparedRun[], split: Split): DepthLaw[] {
  const variants = new Map<string, LawPoint[]>()
  for (const own of runsByNetwork(runs)) {
    const { network } = own[0]!.settings
    const points = own.flatMap(({ state, settings, lastEpoch }): LawPoint[] => {
      const error = lastEpoch?.results[split]?.topOneError
      return state === 'finished' && error !== undefined ? [{ layers: depthOf(network), seed: settings.seed, error }] : []
    })
    const variant = comparedVariant(network)
    variants.set(variant, [...(variants.get(variant) ?? []), ...points])
  }
  return [...variants].flatMap(([variant, points]) => {
    const law = depthLaw(variant, points)
    return law ? [law] : []
  })
}

/** @returns null for fewer than three depths, or where neither law is one (an error that only rises, ever faster the deeper) */
export function depthLaw(variant: string, points: readonly LawPoint[]): DepthLaw | null {
  const depths = [...new Set(points.map(({ layers }) => layers))].sort((a, b) => a - b)
  if (depths.length < 3) return null
  const best = fitLaw(points)
  if (!best) return null
  const seeds = [...new Set(points.map(({ seed }) => seed))]
  const drawn = seeds.length < 2 ? [] : bootstrap(points, seeds, depths.length, best.kind)
  const [low, high] = [depths[0]!, depths.at(-1)!]
  const along = Array.from({ length: curvePoints }, (_, index) => low * (high / low) ** (index / (curvePoints - 1)))
  const lackOfFit = lackOf(points, depths, best)
  const interval = (of: (law: FittedLaw) => number): Interval | null => intervalAround(of(best), drawn.map(of), seeds.length)
  const { name, of } = laws[best.kind].parameter
  const law = {
    variant,
    kind: best.kind,
    formula: laws[best.kind].formula(best),
    depths,
    seeds: seeds.length,
    parameter: {
      name,
      value: of(best),
      interval: best.kind === 'power' ? interval(of) : intervalOfDepth(of(best), drawn.map(of), seeds.length, depths),
    },
    curve: along.map((layers) => ({ layers, error: best.at(layers), interval: interval((each) => each.at(layers)) })),
    lackOfFit,
    fits: lackOfFit === null ? null : lackOfFit > lackLevel,
  }
  return { ...law, words: wordsOf(law) }
}

/** Draws seeds with replacement, all depths of a seed together, and fits the same law to each draw. */
function bootstrap(points: readonly LawPoint[], seeds: readonly number[], depths: number, kind: LawKind): FittedLaw[] {
  const random = new Random(61)
  const bySeed = new Map(seeds.map((seed) => [seed, points.filter((point) => point.seed === seed)]))
  const fitted: FittedLaw[] = []
  for (let draw = 0; draw < resamples; draw++) {
    const drawn = seeds.flatMap(() => bySeed.get(seeds[random.below(seeds.length)]!)!)
    if (new Set(drawn.map(({ layers }) => layers)).size < depths) continue
    const law = fitLaw(drawn, kind)
    if (law) fitted.push(law)
  }
  return fitted
}

/** Tests what the law leaves of the depths' means against what the seeds of each depth spread. */
function lackOf(points: readonly LawPoint[], depths: readonly number[], law: FittedLaw): number | null {
  const freedom = { lack: depths.length - 3, pure: points.length - depths.length }
  if (freedom.lack < 1 || freedom.pure < 1) return null
  let [lack, pure] = [0, 0]
  for (const layers of depths) {
    const errors = points.filter((point) => point.layers === layers).map(({ error }) => error)
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
    lack += errors.length * (mean - law.at(layers)) ** 2
    pure += errors.reduce((sum, error) => sum + (error - mean) ** 2, 0)
  }
  return pure === 0 ? null : varianceRatioTail(lack / freedom.lack / (pure / freedom.pure), freedom.lack, freedom.pure)
}

/**
 * Half of Student's interval with the standard error of the draws. Draws of few seeds spread too little, by the root of (n - 1) / n, and
 * their percentiles know nothing of how badly few seeds tell a spread: of two seeds they held a mean in half of all cases. A mean has
 * Student's interval exactly.
 */
function halfOf(drawn: readonly number[], seeds: number): number | null {
  if (drawn.length < 2) return null
  const mean = drawn.reduce((sum, each) => sum + each, 0) / drawn.length
  const variance = drawn.reduce((sum, each) => sum + (each - mean) ** 2, 0) / drawn.length
  const half = studentQuantile(0.95, seeds - 1) * Math.sqrt((variance * seeds) / (seeds - 1))
  return Number.isFinite(half) ? half : null
}

/** Of an error or an exponent, which are above zero. */
function intervalAround(value: number, drawn: readonly number[], seeds: number): Interval | null {
  const half = halfOf(drawn, seeds)
  return half === null ? null : { low: Math.max(0, value - half), high: value + half }
}

/**
 * Of a depth, which draws of nearly straight lines put anywhere: by its logarithm.
 * @returns null where seeds leave it open by more than ten times beyond the depths that were trained
 */
function intervalOfDepth(value: number, drawn: readonly number[], seeds: number, depths: readonly number[]): Interval | null {
  const logs = drawn.map(Math.log).filter((each) => Number.isFinite(each))
  const half = halfOf(logs, seeds)
  if (half === null) return null
  const [low, high] = [value / Math.exp(half), value * Math.exp(half)]
  return low >= depths[0]! / 10 && high <= 10 * depths.at(-1)! ? { low, high } : null
}

const small = (pValue: number): string => (pValue < 0.001 ? '< 0.001' : `= ${pValue.toFixed(3)}`)

function wordsOf({ variant, formula, parameter, depths, seeds, lackOfFit, fits }: Omit<DepthLaw, 'words'>): string[] {
  const { name, value, interval } = parameter
  const digits = (number: number): string => (name === 'exponent' ? number.toFixed(2) : number.toFixed(0))
  const width = interval === null ? '' : ` (95 % interval ${digits(interval.low)} to ${digits(interval.high)})`
  const beyond = name !== 'exponent' && (value < depths[0]! || value > depths.at(-1)!)
  const test =
    fits === null
      ? lackOfFit === null && depths.length === 3
        ? 'Three depths fix it: nothing tests whether it is the right law.'
        : 'One seed each: nothing tests whether it is the right law.'
      : fits
        ? `The seeds do not contradict it (lack of fit, p = ${lackOfFit!.toFixed(3)}).`
        : `It does not fit: the depths’ means lie further from it than the seeds spread (p ${small(lackOfFit!)}).`
  return [
    `${variant}: error = ${formula}, ${name} ${digits(value)}${width}.`,
    test,
    ...(name !== 'exponent' && interval === null && seeds > 1 ? ['The seeds leave open at which depth it is least.'] : []),
    ...(beyond ? ['Its least error lies outside of the depths that were trained: do not rely on it.'] : []),
  ]
}
