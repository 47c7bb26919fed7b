import { z } from 'zod'
import { depthOf, variantOf } from '../network/design.ts'
import type { RunSummary } from '../records/records.ts'
import type { Split } from '../results/splits.ts'
import { withoutRepetitions } from './experiment.ts'
import { seedStatistics, seedStatisticsSchema } from './statistics.ts'

const rateCellSchema = z.strictObject({
  /** Over seeds that finished; null where none did. */
  statistics: seedStatisticsSchema.nullable(),
  diverged: z.int(),
  /** Waiting, running, failed and so on. */
  unfinished: z.int(),
  /** Whether no other rate has a lower mean error at this depth. */
  best: z.boolean(),
})
export type RateCell = z.infer<typeof rateCellSchema>

/** Errors of one variant at the last epoch by learning rate and depth: where it trains, and at which rate best. */
export const rateMapSchema = z.strictObject({
  /** "residual A, cifar10, cifar10-10". */
  label: z.string(),
  /** Ascending. */
  rates: z.array(z.number()),
  /** Weighted layers, ascending. */
  depths: z.array(z.int()),
  /** By rate, then depth. */
  cells: z.array(z.array(rateCellSchema)),
})
export type RateMap = z.infer<typeof rateMapSchema>

type MappedRun = Pick<RunSummary, 'id' | 'settings' | 'settingsHash' | 'state' | 'lastEpoch' | 'imported'>

/** Makes a map of each variant that was trained at two learning rates or more, all else in its recipe equal. */
export function rateMaps(runs: readonly MappedRun[], split: Split): RateMap[] {
  const groups = new Map<string, MappedRun[]>()
  for (const run of withoutRepetitions(runs.filter(({ imported }) => !imported))) {
    const { network, dataset, recipe, initialWeights } = run.settings
    // A warm-up follows from depth and rate.
    const { name: _name, learningRate: _rate, warmupLearningRate: _warmUp, ...others } = recipe
    const key = JSON.stringify([variantOf(network), dataset, others, initialWeights?.sha256])
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  return [...groups.values()].flatMap((own) => {
    const rates = ascending(own.map(({ settings }) => settings.recipe.learningRate))
    return rates.length < 2 ? [] : [mapOf(own, rates, split)]
  })
}

function mapOf(runs: readonly MappedRun[], rates: number[], split: Split): RateMap {
  const { network, dataset, recipe } = runs[0]!.settings
  const depths = ascending(runs.map(({ settings }) => depthOf(settings.network)))
  const cells = rates.map((rate) =>
    depths.map((depth) =>
      cellOf(
        runs.filter(({ settings }) => settings.recipe.learningRate === rate && depthOf(settings.network) === depth),
        split,
      ),
    ),
  )
  const least = depths.map((_, column) => Math.min(...cells.map((row) => row[column]!.statistics?.mean ?? Infinity)))
  return {
    label: `${variantOf(network)}, ${dataset.name}, ${recipe.name}`,
    rates,
    depths,
    cells: cells.map((row) => row.map((cell, column) => ({ ...cell, best: cell.statistics?.mean === least[column] }))),
  }
}

function cellOf(runs: readonly MappedRun[], split: Split): Omit<RateCell, 'best'> {
  const finished = runs.filter(({ state }) => state === 'finished')
  const diverged = runs.filter(({ state }) => state === 'diverged').length
  return {
    statistics: seedStatistics(finished.flatMap(({ lastEpoch }) => lastEpoch?.results[split]?.topOneError ?? [])),
    diverged,
    unfinished: runs.length - finished.length - diverged,
  }
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b)
}

/** "24.01 ± 0.52 %, 1 diverged", "diverged", "2 to come", "–". */
export function rateCellText({ statistics, diverged, unfinished }: RateCell): string {
  const value = statistics
    ? [`${(statistics.mean * 100).toFixed(2)}${statistics.std === null ? '' : ` ± ${(statistics.std * 100).toFixed(2)}`} %`]
    : []
  const failed = diverged === 0 ? [] : [statistics || diverged > 1 ? `${diverged} diverged` : 'diverged']
  return [...value, ...failed, ...(unfinished > 0 ? [`${unfinished} to come`] : [])].join(', ') || '–'
}
