import { depthColor } from '../../common/analysis/depth-ramp.ts'
import { withoutRepetitions } from '../../common/analysis/experiment.ts'
import { seedStatistics, type SeedStatistics } from '../../common/analysis/statistics.ts'
import { type NetworkDesign, depthOf, labelOf, networkOrder } from '../../common/network/design.ts'
import type { Family, ShortcutOption } from '../../common/network/families/families.ts'
import type { EpochRecord, RunSummary } from '../../common/records/records.ts'

/** A run with its curve. */
export interface FigureRun {
  readonly summary: RunSummary
  readonly epochs: readonly EpochRecord[]
}

export interface SeriesPoint {
  readonly epoch: number
  /** Steps done. */
  readonly step: number
  /** Fractions. */
  readonly train: SeedStatistics
  readonly test: SeedStatistics
}

/** All seeds of one network as one line. */
export interface Series {
  readonly name: string
  readonly network: NetworkDesign
  readonly family: Family
  readonly shortcut: ShortcutOption | null
  /** Weighted layers. */
  readonly layers: number
  readonly colour: string
  readonly seeds: number
  /** One for each of its seeds. */
  readonly runs: readonly RunSummary[]
  readonly diverged: boolean
  readonly points: readonly SeriesPoint[]
}

/**
 * Makes the lines of one experiment, plain first, shallow first. Of a network with finished runs only these count; otherwise what
 * there is so far is drawn. Networks without a finished epoch are left out.
 */
export function curveSeries(runs: readonly FigureRun[]): Series[] {
  return groupByNetwork(runs).flatMap((group) => {
    const { network } = group[0]!.summary.settings
    const { family, shortcut } = network
    const points = seedCurve(group.map((run) => run.epochs))
    if (points.length === 0) return []
    const layers = depthOf(network)
    return [
      {
        name: labelOf(network),
        network,
        family,
        shortcut: family === 'plain' ? null : shortcut,
        layers,
        colour: depthColor(layers, 'light'),
        seeds: group.length,
        runs: group.map(({ summary }) => summary),
        diverged: group.some((run) => run.summary.state === 'diverged'),
        points,
      },
    ]
  })
}

/** Groups runs by network, without repetitions, and with unfinished ones only where nothing is finished. */
export function groupByNetwork<R extends { readonly summary: RunSummary }>(runs: readonly R[]): R[][] {
  const kept = new Set(withoutRepetitions(runs.map((run) => run.summary)).map((summary) => summary.id))
  const groups = new Map<string, R[]>()
  for (const run of runs) {
    if (!kept.has(run.summary.id)) continue
    const { network } = run.summary.settings
    const key = networkOrder(network)
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => {
      const finished = group.filter((run) => run.summary.state === 'finished')
      return finished.length > 0 ? finished : group
    })
}

/** Takes the mean over the seeds at every epoch that all of them have reached. */
function seedCurve(curves: readonly (readonly EpochRecord[])[]): SeriesPoint[] {
  const started = curves.filter((curve) => curve.length > 0)
  const length = Math.min(...started.map((curve) => curve.length))
  if (started.length === 0) return []
  return Array.from({ length }, (_, index) => {
    const records = started.map((curve) => curve[index]!)
    const train = seedStatistics(records.map((record) => record.results.train.topOneError))
    const test = seedStatistics(records.map((record) => record.results.test.topOneError))
    return train && test ? [{ epoch: records[0]!.epoch, step: records[0]!.step, train, test }] : []
  }).flat()
}
