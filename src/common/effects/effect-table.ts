import { comparedVariant, type ComparedRun, depthName, runsByNetwork } from '../analysis/depth-results.ts'
import { groupByExperiment } from '../analysis/experiment.ts'
import { looksAt, queuedWith } from '../analysis/looks.ts'
import { type MoreSeeds, moreSeeds } from '../analysis/more-seeds.ts'
import { depthOf } from '../network/design.ts'
import type { RunSummary } from '../records/records.ts'
import { smallestEffect } from '../results/smallest-effect.ts'
import type { Split } from '../results/splits.ts'
import { correctedPValues, type DifferenceTest, type SeedValue, testDifference } from './difference-test.ts'
import { type Effect, type EffectKind, effectKinds, type EffectRelation, type EffectSide, type EffectTable } from './effect.ts'
import { familywiseError } from './effect.ts'
import { effectPairs } from './effect-pairs.ts'
import { effectWords, tableNotes } from './effect-words.ts'
import { seedsToSettle } from './seeds-to-settle.ts'

export interface EffectChoice {
  /** Comparisons that are corrected together. */
  readonly by?: readonly EffectKind[]
  /** Whose top-1 error is compared. */
  readonly split?: Split
  /** Smallest difference that counts, a fraction. */
  readonly smallest?: number
}

type EffectRun = ComparedRun & Pick<RunSummary, 'device'>

/** Compares networks of each experiment among runs in any state; experiments without a pair to compare are left out. */
export function effectTables(runs: readonly EffectRun[], choice: EffectChoice = {}): EffectTable[] {
  return groupByExperiment(runs)
    .map((experiment) => effectTable(experiment.label, experiment.runs, choice))
    .filter(({ effects }) => effects.length > 0)
}

/** Compares the networks of one experiment: values are the last epoch's of finished runs. */
export function effectTable(label: string, runs: readonly ComparedRun[], choice: EffectChoice = {}): EffectTable {
  const { by = effectKinds, split = 'test', smallest = smallestEffect } = choice
  const groups = runsByNetwork(runs).map((group) => networkOf(group, split))
  const pairs = effectPairs(
    groups.filter(({ values }) => values.length > 0),
    by,
  )
  const tests = pairs.map(({ from, to }) => testDifference(from.values, to.values))
  const looks = pairs.map(({ from, to }) => looksAt([from.queuedWith, to.queuedWith]))
  const corrected = correctedPValues(tests.map(({ pValue }, index) => ({ pValue, looks: looks[index]! })))
  const effects = pairs.map(({ kind, name, from, to }, index): Effect => {
    const test = tests[index]!
    const correctedPValue = corrected[index] ?? null
    const relation = relationOf(test, correctedPValue, smallest)
    // What is missing is planned for the strictest step of the correction, at the look that those seeds will be.
    const rule = { significance: familywiseError / pairs.length / ((test.pValue === null ? 0 : looks[index]!) + 1), smallest }
    const isOpen = relation === 'open' || relation === 'untested'
    const { method, difference, interval, freedom, pValue, hedgesG, signFlipPValue } = test
    const effect = {
      ...{ kind, name, from: side(from, test.from), to: side(to, test.to), method, difference, interval, freedom, pValue },
      ...{ looks: looks[index]!, correctedPValue, hedgesG, signFlipPValue, relation, moreSeeds: isOpen ? seedsToSettle(test, rule) : 0 },
    }
    return { ...effect, words: effectWords(effect, smallest) }
  })
  return { label, split, smallest, effects, notes: tableNotes(effects, groups, smallest) }
}

/** A network of an experiment with the value of each finished run. */
export interface ValuedNetwork extends Omit<EffectSide, 'seeds' | 'mean' | 'std'> {
  readonly shortcut: string | null
  readonly values: readonly SeedValue[]
  /** When each value's run was queued, see {@link queuedWith}. */
  readonly queuedWith: readonly number[]
  readonly diverged: number
  readonly unfinished: number
}

function networkOf(runs: readonly ComparedRun[], split: Split): ValuedNetwork {
  const { network } = runs[0]!.settings
  const finished = runs.filter(({ state }) => state === 'finished')
  const valued = finished.flatMap((run) => {
    const { settings, lastEpoch } = run
    const value = lastEpoch?.results[split]?.topOneError
    return value === undefined || !Number.isFinite(value) ? [] : [{ queued: queuedWith(run), value: { seed: settings.seed, value } }]
  })
  const diverged = runs.filter(({ state }) => state === 'diverged').length
  return {
    network: depthName(network),
    family: network.family,
    shortcut: network.family === 'plain' ? null : network.shortcut,
    variant: comparedVariant(network),
    layers: depthOf(network),
    values: valued.map(({ value }) => value),
    queuedWith: valued.map(({ queued }) => queued),
    diverged,
    unfinished: runs.length - finished.length - diverged,
  }
}

function side({ network, family, variant, layers }: ValuedNetwork, { count, mean, std }: DifferenceTest['from']): EffectSide {
  return { network, family, variant, layers, seeds: count, mean, std }
}

function relationOf({ difference, interval }: DifferenceTest, correctedPValue: number | null, smallest: number): EffectRelation {
  if (interval === null || correctedPValue === null) return 'untested'
  if (correctedPValue <= familywiseError && difference !== 0) return difference > 0 ? 'higher' : 'lower'
  return Math.abs(difference) + interval < smallest ? 'negligible' : 'open'
}

/**
 * The sweep that gives the networks of open comparisons the seeds that would settle these.
 * @param effects one or more of a table over these runs
 * @returns null when none is open within 20 more seeds, or runs of these networks are still to come
 */
export function seedsFor(effects: readonly Effect[], runs: readonly RunSummary[]): MoreSeeds | null {
  const open = effects.filter((effect) => (effect.moreSeeds ?? 0) > 0)
  const names = new Set(open.flatMap(({ from, to }) => [from.network, to.network]))
  const own = runs.filter(({ settings }) => names.has(depthName(settings.network)))
  if (own.length === 0 || own.some(({ state }) => state === 'waiting' || state === 'running')) return null
  const wanted = Math.max(...open.map(({ from, to, moreSeeds: more }) => Math.max(from.seeds, to.seeds) + (more ?? 0)))
  const proposed = moreSeeds(own, wanted)
  return proposed.newRuns > 0 ? proposed : null
}
