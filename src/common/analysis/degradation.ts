import type { ShortcutOption } from '../network/design.ts'
import { depthResults, type ComparedRun, type DepthResult } from './depth-results.ts'
import { describeVerdict } from './degradation-words.ts'
import { differenceHalfWidth } from './statistics.ts'

/**
 * The paper's question (section 1, Fig. 1; section 4.2, Fig. 6): does depth raise the plain net's *training* error,
 * and does the shortcut cure that? Computed from finished runs of one experiment.
 */
export interface Verdict {
  readonly depthHurtsPlain: DepthEffect
  readonly shortcuts: readonly ShortcutEffect[]
  readonly results: readonly DepthResult[]
  readonly thresholds: typeof verdictThresholds
  /** The same in words, most important first. */
  readonly sentences: readonly string[]
}

/** In fractions, as errors are. */
export const verdictThresholds = {
  /** With one seed on both sides a smaller difference says nothing. */
  oneSeedDifference: 0.02,
  /** With several seeds a difference must exceed this and its own 95 % interval (Welch). */
  seedsDifference: 0.005,
  /** Where the interval is wider than this, no difference can be ruled out either. */
  widestInterval: 0.05,
} as const

export type Relation = 'higher' | 'lower' | 'no-clear-difference' | 'inconclusive'

export interface Comparison {
  readonly from: DepthResult
  readonly to: DepthResult
  /** Training error of `to` minus that of `from`. */
  readonly difference: number
  /** The difference counts when its size exceeds this. */
  readonly margin: number
  /** True when a side has a single seed, so that its spread is unknown. */
  readonly singleSeed: boolean
  readonly relation: Relation
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
  readonly shortcut: ShortcutOption
  readonly answer: CureAnswer
  /** From the plain to the residual net, at the deepest depth that both have. */
  readonly againstPlain: Comparison | null
  /** A plain net of that depth that did not train while the residual one did. */
  readonly plainDidNotTrain: DepthResult | null
  readonly depthEffect: DepthEffect
}

/** @param runs of one experiment (see `groupByExperiment`), in any state */
export function assessDegradation(runs: readonly ComparedRun[]): Verdict {
  const results = depthResults(runs)
  const plain = results.filter((result) => result.family === 'plain')
  const depthHurtsPlain = depthEffect(plain)
  const options = [...new Set(results.flatMap((result) => (result.family === 'residual' && result.shortcut ? [result.shortcut] : [])))]
  const shortcuts = options.map((option) =>
    shortcutEffect(option, plain, results.filter((result) => result.family === 'residual' && result.shortcut === option), depthHurtsPlain),
  )
  const findings = { depthHurtsPlain, shortcuts, results, thresholds: verdictThresholds }
  return { ...findings, sentences: describeVerdict(findings) }
}

function depthEffect(depths: readonly DepthResult[]): DepthEffect {
  const untrained = depths.filter(didNotTrain)
  const trained = depths.filter((depth) => depth.trainError !== null && !didNotTrain(depth))
  const shallowest = trained[0]
  const deepest = trained.at(-1)
  const failedDeeper = shallowest !== undefined && untrained.some((depth) => depth.n > shallowest.n)
  const comparison = shallowest && deepest && shallowest !== deepest ? compare(shallowest, deepest) : null
  const none = { comparison, contrary: null, untrained }
  if (failedDeeper) return { ...none, answer: 'yes' }
  if (!comparison) return { ...none, answer: untrained.length > 0 && depths.length > 1 ? 'inconclusive' : 'untested' }
  if (comparison.relation === 'higher') return { ...none, answer: 'yes' }
  const contrary = worstRise(trained)
  if (contrary) return { ...none, contrary, answer: 'mixed' }
  const answers = { lower: 'reversed', 'no-clear-difference': 'no', inconclusive: 'inconclusive' } as const
  return { ...none, answer: answers[comparison.relation] }
}

function worstRise(depths: readonly DepthResult[]): Comparison | null {
  const rises = depths
    .flatMap((from, index) => depths.slice(index + 1).map((to) => compare(from, to)))
    .filter((pair) => pair.relation === 'higher')
    .sort((a, b) => b.difference - a.difference)
  return rises[0] ?? null
}

function shortcutEffect(shortcut: ShortcutOption, plain: readonly DepthResult[], residual: readonly DepthResult[], onPlain: DepthEffect): ShortcutEffect {
  const own = depthEffect(residual)
  const trained = residual.filter((depth) => depth.trainError !== null && !didNotTrain(depth))
  const twin = (depth: DepthResult) => plain.find((other) => other.n === depth.n)
  const deepest = trained.filter((depth) => twin(depth)?.trainError || isUntrained(twin(depth))).at(-1)
  const other = deepest && twin(deepest)
  const plainDidNotTrain = other && didNotTrain(other) ? other : null
  const againstPlain = deepest && other && other.trainError ? compare(other, deepest) : null
  const effect = { shortcut, againstPlain, plainDidNotTrain, depthEffect: own }
  if (onPlain.answer === 'untested' || (!deepest && own.untrained.length === 0)) return { ...effect, answer: 'untested' }
  if (onPlain.answer === 'no' || onPlain.answer === 'reversed') return { ...effect, answer: 'nothing-to-cure' }
  if (onPlain.answer !== 'yes') return { ...effect, answer: 'inconclusive' }
  if (!deepest) return { ...effect, answer: 'no' }
  const lower = plainDidNotTrain !== null || againstPlain?.relation === 'lower'
  if (!lower) return { ...effect, answer: againstPlain?.relation === 'inconclusive' ? 'inconclusive' : 'no' }
  if (own.answer === 'no' || own.answer === 'reversed') return { ...effect, answer: 'yes' }
  return { ...effect, answer: own.answer === 'yes' || own.answer === 'mixed' ? 'partly' : 'inconclusive' }
}

/** Both sides must have finished runs. */
function compare(from: DepthResult, to: DepthResult): Comparison {
  if (!from.trainError || !to.trainError) throw new Error('Only networks with finished runs can be compared.')
  const difference = to.trainError.mean - from.trainError.mean
  const halfWidth = differenceHalfWidth(from.trainError, to.trainError)
  const singleSeed = from.trainError.count === 1 || to.trainError.count === 1
  const least = singleSeed ? verdictThresholds.oneSeedDifference : verdictThresholds.seedsDifference
  const margin = Math.max(least, halfWidth ?? 0)
  return { from, to, difference, margin, singleSeed, relation: relation(difference, margin) }
}

function relation(difference: number, margin: number): Relation {
  if (difference > margin) return 'higher'
  if (difference < -margin) return 'lower'
  return margin > verdictThresholds.widestInterval ? 'inconclusive' : 'no-clear-difference'
}

/** All ended runs of a depth diverged or stayed at chance. */
function didNotTrain(depth: DepthResult): boolean {
  return depth.finished + depth.diverged > 0 && depth.atChance === depth.finished
}

function isUntrained(depth: DepthResult | undefined): boolean {
  return depth !== undefined && didNotTrain(depth)
}
