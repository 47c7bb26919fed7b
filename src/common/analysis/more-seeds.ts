import { type NetworkDesign, depthOf, designAt, settingsOf, widthsOf } from '../network/design.ts'
import type { SettingValues } from '../network/settings/setting.ts'
import type { RunSummary } from '../records/records.ts'
import { sweepOfRun } from '../sweep/sweep-of-run.ts'
import type { Sweep } from '../sweep/sweep.ts'
import { warmedUpDepth } from '../training/recipes.ts'
import { withoutRepetitions } from './experiment.ts'

type TrainedRun = Pick<RunSummary, 'id' | 'settings' | 'settingsHash' | 'state' | 'sweepName' | 'name'>

/** A sweep of the same networks with more seeds, and how many of its runs have neither finished nor diverged yet. */
export interface MoreSeeds {
  readonly sweep: Sweep
  readonly newRuns: number
}

/**
 * The sweep that gives every network of an experiment so many seeds, as far as one sweep can have them all; what has finished or
 * diverged is part of it and is reused.
 * @param runs of one experiment, one at least
 * @param wanted seeds of each network, see `Verdict.seedsWanted`
 */
export function moreSeeds(runs: readonly TrainedRun[], wanted: number): MoreSeeds {
  const given = [...new Map(runs.map(({ settings }) => [JSON.stringify(settings.network), settings.network])).values()]
  const network = sharedSettings(given)
  const networks = given.filter((one) => isLaidOutWith(one, network))
  const families = [...new Set(networks.map(({ family }) => family))]
  const residual = networks.filter(({ family }) => family !== 'plain')
  const shortcuts = [...new Set((residual.length > 0 ? residual : networks).map(({ shortcut }) => shortcut))]
  const depths = [...new Set(networks.map(depthOf))].sort((a, b) => a - b)
  const seeds = chosenSeeds(runs, wanted)
  const cells: NonNullable<Sweep['exclude']> = families.flatMap((family) =>
    depths.flatMap((depth): NonNullable<Sweep['exclude']> =>
      family === 'plain' ? [{ family, depth }] : shortcuts.map((shortcut) => ({ family, depth, shortcut })),
    ),
  )
  const exclude = cells.filter(
    (cell) =>
      !networks.some(
        (one) =>
          one.family === cell.family && depthOf(one) === cell.depth && (cell.shortcut === undefined || one.shortcut === cell.shortcut),
      ),
  )
  // A run that diverged diverges again.
  const ended = withoutRepetitions(runs).filter(
    ({ state, settings }) =>
      ['finished', 'diverged'].includes(state) && seeds.includes(settings.seed) && isLaidOutWith(settings.network, network),
  )
  const [first] = runs
  const { settings } = first!
  const single = sweepOfRun(settings)
  // A warm-up that follows from one depth is said for all: their recipes are equal in an experiment.
  const warmUp: Sweep['set'] = depths.some((depth) => depth >= warmedUpDepth)
    ? { warmupLearningRate: settings.recipe.warmupLearningRate }
    : {}
  return {
    sweep: {
      ...single,
      name: `${(first!.sweepName ?? first!.name).slice(0, 100)}, ${wanted} seeds`,
      set: { ...single.set, ...warmUp },
      families,
      depths,
      shortcuts,
      ...(Object.keys(network).length > 0 && { network }),
      seeds,
      ...(exclude.length > 0 && { exclude }),
    },
    newRuns: networks.length * seeds.length - ended.length,
  }
}

/**
 * One value for each setting, as a sweep has it: the first network's that has another than the default. Plain nets ignore those of
 * others.
 */
function sharedSettings(networks: readonly NetworkDesign[]): SettingValues {
  return networks.reduce<SettingValues>((known, network) => ({ ...settingsOf(network), ...known }), {})
}

/** Whether a sweep with these settings has the network; of residual nets with and without stochastic depth it can have one. */
function isLaidOutWith(network: NetworkDesign, settings: SettingValues): boolean {
  const { architecture, family, shortcut, inputShape, classes } = network
  const point = { family, shortcut, depth: depthOf(network), widths: widthsOf(network), inputShape, classes, settings }
  return canonicalDesign(designAt(architecture, point)) === canonicalDesign(network)
}

function canonicalDesign(network: NetworkDesign): string {
  return JSON.stringify(Object.entries(network).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Seeds that most networks have come first, then the smallest that none has. */
function chosenSeeds(runs: readonly TrainedRun[], wanted: number): number[] {
  const uses = new Map<number, number>()
  for (const { settings } of runs) uses.set(settings.seed, (uses.get(settings.seed) ?? 0) + 1)
  const seeds = [...uses]
    .sort(([a, usesA], [b, usesB]) => usesB - usesA || a - b)
    .map(([seed]) => seed)
    .slice(0, wanted)
  for (let seed = 1; seeds.length < wanted; seed++) if (!uses.has(seed)) seeds.push(seed)
  return seeds.sort((a, b) => a - b)
}
