import { type NetworkDesign, depthOf, networkOrder } from '../network/design.ts'
import type { Family, ShortcutOption } from '../network/families/families.ts'
import { familyTraits } from '../network/settings/traits.ts'
import type { RunSummary } from '../records/records.ts'
import { withoutRepetitions } from './experiment.ts'
import { queuedWith } from './looks.ts'
import { seedStatistics, type SeedStatistics } from './statistics.ts'

/** The fields of a run's summary that results are computed from. */
export type ComparedRun = Pick<
  RunSummary,
  'id' | 'queuedAt' | 'imported' | 'settings' | 'settingsHash' | 'state' | 'lastEpoch' | 'bestEpoch' | 'parameterCount'
>

/** All seeds of one network. Errors are fractions, of the last epoch of finished runs. */
export interface DepthResult {
  readonly family: Family
  /** Null for plain nets. */
  readonly shortcut: ShortcutOption | null
  /** "plain", "residual A", "highway A gate -1": the name without its depth. */
  readonly variant: string
  /** Weighted layers. */
  readonly layers: number
  readonly parameterCount: number
  /** "plain-20", "residual-56 A". */
  readonly name: string
  readonly finished: number
  /** When each finished run was queued: those of one sweep at once, imported ones at 0. */
  readonly queuedWith: readonly number[]
  readonly diverged: number
  /** Waiting, running, failed, cancelled and so on: not part of any number here. */
  readonly unfinished: number
  /** Finished runs whose training error is still at chance: they did not train. */
  readonly atChance: number
  readonly trainError: SeedStatistics | null
  readonly testError: SeedStatistics | null
  /** Best epoch's test error; the last epoch's is the one that papers report. */
  readonly bestTestError: SeedStatistics | null
  /** Top-5 errors of the same epochs; null with ten classes or fewer. */
  readonly testTopFiveError: SeedStatistics | null
  readonly bestTestTopFiveError: SeedStatistics | null
}

/** A training error above this share of chance level (1 - 1/classes) counts as not trained. */
const chanceShare = 0.9

/** Tells whether all ended runs of a depth diverged or stayed at chance. */
export function didNotTrain(depth: DepthResult): boolean {
  return depth.finished + depth.diverged > 0 && depth.atChance === depth.finished
}

/** Groups results by family, shortcut option and depth, and sorts them so. Runs must be of one experiment. */
export function depthResults(runs: readonly ComparedRun[]): DepthResult[] {
  return runsByNetwork(runs).map(depthResult)
}

/** Groups runs of one experiment by their networks, without repetitions, in the order of `depthResults`. */
export function runsByNetwork<R extends ComparedRun>(runs: readonly R[]): R[][] {
  const groups = new Map<string, R[]>()
  for (const run of withoutRepetitions(runs)) {
    const { network } = run.settings
    const key = networkOrder(network)
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
}

function depthResult(runs: readonly ComparedRun[]): DepthResult {
  const { network } = runs[0]!.settings
  const { family, shortcut, classes } = network
  const finished = runs.filter((run) => run.state === 'finished')
  const epochs = finished.flatMap((run) => (run.lastEpoch ? [run.lastEpoch] : []))
  const chance = chanceShare * (1 - 1 / classes)
  const diverged = runs.filter((run) => run.state === 'diverged').length
  return {
    family,
    shortcut: family === 'plain' ? null : shortcut,
    variant: comparedVariant(network),
    layers: depthOf(network),
    parameterCount: runs[0]!.parameterCount,
    name: depthName(network),
    finished: finished.length,
    queuedWith: finished.map(queuedWith),
    diverged,
    unfinished: runs.length - finished.length - diverged,
    atChance: epochs.filter((epoch) => epoch.results.train.topOneError > chance).length,
    trainError: seedStatistics(epochs.map((epoch) => epoch.results.train.topOneError)),
    testError: seedStatistics(epochs.map((epoch) => epoch.results.test.topOneError)),
    bestTestError: seedStatistics(finished.flatMap((run) => (run.bestEpoch ? [run.bestEpoch.results.test.topOneError] : []))),
    testTopFiveError: seedStatistics(epochs.flatMap((epoch) => epoch.results.test.topFiveError ?? [])),
    bestTestTopFiveError: seedStatistics(finished.flatMap((run) => run.bestEpoch?.results.test.topFiveError ?? [])),
  }
}

/** "residual-56 A": traits that all networks of an experiment share are left out. */
export function depthName(network: NetworkDesign): string {
  return [`${network.family}-${depthOf(network)}`, ...ownParts(network)].join(' ')
}

/** "residual A", "highway A gate -1": what is compared with plain nets, over depths. */
export function comparedVariant(network: NetworkDesign): string {
  return [network.family, ...ownParts(network)].join(' ')
}

function ownParts(network: NetworkDesign): string[] {
  return [...(network.family === 'plain' ? [] : [network.shortcut]), ...familyTraits(network)]
}
