import { families, type Family, type ShortcutOption } from '../network/families/families.ts'
import { compare, type Comparison, type ExperimentSpread, experimentSpread, verdictThresholds } from './comparison.ts'
import { depthResults, didNotTrain, type ComparedRun, type DepthResult } from './depth-results.ts'
import { describeVerdict } from './degradation-words.ts'
import { seedsWanted } from './seeds-wanted.ts'
import type { SharedSpread } from './statistics.ts'
import { type Headline, headlineOf } from './verdict-headline.ts'

/**
 * The paper's question (section 1, Fig. 1; section 4.2, Fig. 6): does depth raise the plain net's *training* error,
 * and does the shortcut cure that? Computed from finished runs of one experiment.
 */
export interface Findings {
  readonly depthHurtsPlain: DepthEffect
  readonly shortcuts: readonly ShortcutEffect[]
  readonly results: readonly DepthResult[]
  readonly thresholds: typeof verdictThresholds
  /** The spread over seeds that networks share, and the names of those that spread too much more to share it. */
  readonly spread: { readonly shared: SharedSpread | null; readonly apart: readonly string[] }
}

export interface Verdict extends Findings {
  /** The answer in one line, and each shortcut's. */
  readonly headline: Headline
  /** The same in words, most important first. */
  readonly sentences: readonly string[]
  /**
   * How many seeds each network should have for an answer that these are too few for; null when there are enough, or no number up to 20
   * more would do.
   */
  readonly seedsWanted: number | null
}

/**
 * yes: the deepest net's training error is higher; reversed: lower; no: no clear difference; mixed: not the deepest one's, but
 * a deeper net's is higher than a shallower one's; untested: fewer than two depths.
 */
export type DepthAnswer = 'yes' | 'no' | 'reversed' | 'mixed' | 'inconclusive' | 'untested'

export interface DepthEffect {
  readonly answer: DepthAnswer
  /** Shallowest against deepest net with finished runs. */
  readonly comparison: Comparison | null
  /** The pair that makes it `mixed`. */
  readonly contrary: Comparison | null
  /** Nets that did not train: all their ended runs diverged or stayed at chance. Another failure than the paper's degradation. */
  readonly untrained: readonly DepthResult[]
}

/**
 * yes: at the same depth the residual net's training error is lower, and depth does not raise it; partly: lower, but
 * still raised by depth; no: not lower; nothing-to-cure: depth does not hurt the plain net in the first place.
 */
export type CureAnswer = 'yes' | 'partly' | 'no' | 'nothing-to-cure' | 'inconclusive' | 'untested'

export interface ShortcutEffect {
  readonly family: Family
  readonly shortcut: ShortcutOption
  /** "residual A", "highway A". */
  readonly variant: string
  readonly answer: CureAnswer
  /** From the plain net to that with the shortcut, at the deepest depth that both have. */
  readonly againstPlain: Comparison | null
  /** A plain net of that depth that did not train while that with the shortcut did. */
  readonly plainDidNotTrain: DepthResult | null
  readonly depthEffect: DepthEffect
}

/** @param runs of one experiment (see `groupByExperiment`), in any state */
export function assessDegradation(runs: readonly ComparedRun[]): Verdict {
  const results = depthResults(runs)
  const spread = experimentSpread(results)
  const plain = results.filter((result) => result.family === 'plain')
  const depthHurtsPlain = depthEffect(plain, spread)
  const withShortcut = families.flatMap((family) => results.filter((result) => result.family === family && result.shortcut !== null))
  const shortcuts = [...new Set(withShortcut.map(({ variant }) => variant))].map((variant) => {
    const own = withShortcut.filter((result) => result.variant === variant)
    return shortcutEffect({ plain, own, onPlain: depthHurtsPlain, spread })
  })
  const names = spread.apart.map((index) => results[index]!.name)
  const findings = { depthHurtsPlain, shortcuts, results, thresholds: verdictThresholds, spread: { shared: spread.shared, apart: names } }
  return { headline: headlineOf(findings), ...findings, sentences: describeVerdict(findings), seedsWanted: seedsWanted(findings) }
}

function depthEffect(depths: readonly DepthResult[], spread: ExperimentSpread): DepthEffect {
  const untrained = depths.filter(didNotTrain)
  const trained = depths.filter((depth) => depth.trainError !== null && !didNotTrain(depth))
  const shallowest = trained[0]
  const deepest = trained.at(-1)
  const failedDeeper = shallowest !== undefined && untrained.some((depth) => depth.layers > shallowest.layers)
  const comparison = shallowest && deepest && shallowest !== deepest ? compare(shallowest, deepest, spread) : null
  const none = { comparison, contrary: null, untrained }
  if (failedDeeper) return { ...none, answer: 'yes' }
  if (!comparison) return { ...none, answer: untrained.length > 0 && depths.length > 1 ? 'inconclusive' : 'untested' }
  if (comparison.relation === 'higher') return { ...none, answer: 'yes' }
  const contrary = worstRise(trained, spread)
  if (contrary) return { ...none, contrary, answer: 'mixed' }
  const answers = { lower: 'reversed', 'no-clear-difference': 'no', inconclusive: 'inconclusive' } as const
  return { ...none, answer: answers[comparison.relation] }
}

/**
 * Finds the pair with the largest rise. Among many pairs one rises by chance, so the interval holds for all of them together in 99 cases
 * of 100.
 */
function worstRise(depths: readonly DepthResult[], spread: ExperimentSpread): Comparison | null {
  const pairs = depths.flatMap((from, index) => depths.slice(index + 1).map((to) => [from, to] as const))
  const rises = pairs
    .filter(([from, to]) => to.trainError!.mean - from.trainError!.mean > verdictThresholds.seedsDifference)
    .map(([from, to]) => compare(from, to, spread, 1 - 0.01 / pairs.length))
    .filter((pair) => pair.relation === 'higher')
    .sort((a, b) => b.difference - a.difference)
  return rises[0] ?? null
}

interface ShortcutRuns {
  readonly plain: readonly DepthResult[]
  /** Nets of the variant, at least one. */
  readonly own: readonly DepthResult[]
  readonly onPlain: DepthEffect
  readonly spread: ExperimentSpread
}

function shortcutEffect({ plain, own: variants, onPlain, spread }: ShortcutRuns): ShortcutEffect {
  const own = depthEffect(variants, spread)
  const { family, shortcut, variant } = variants[0]!
  const trained = variants.filter((depth) => depth.trainError !== null && !didNotTrain(depth))
  const twin = (depth: DepthResult) => plain.find((other) => other.layers === depth.layers)
  const deepest = trained.filter((depth) => twin(depth)?.trainError || isUntrained(twin(depth))).at(-1)
  const other = deepest && twin(deepest)
  const plainDidNotTrain = other && didNotTrain(other) ? other : null
  const againstPlain = deepest && other && other.trainError ? compare(other, deepest, spread) : null
  const effect = { family, shortcut: shortcut!, variant, againstPlain, plainDidNotTrain, depthEffect: own }
  if (onPlain.answer === 'untested' || (!deepest && own.untrained.length === 0)) return { ...effect, answer: 'untested' }
  if (onPlain.answer === 'no' || onPlain.answer === 'reversed') return { ...effect, answer: 'nothing-to-cure' }
  if (onPlain.answer !== 'yes') return { ...effect, answer: 'inconclusive' }
  if (!deepest) return { ...effect, answer: 'no' }
  const lower = plainDidNotTrain !== null || againstPlain?.relation === 'lower'
  if (!lower) return { ...effect, answer: againstPlain?.relation === 'inconclusive' ? 'inconclusive' : 'no' }
  if (own.answer === 'no' || own.answer === 'reversed') return { ...effect, answer: 'yes' }
  return { ...effect, answer: own.answer === 'yes' || own.answer === 'mixed' ? 'partly' : 'inconclusive' }
}

function isUntrained(depth: DepthResult | undefined): boolean {
  return depth !== undefined && didNotTrain(depth)
}
