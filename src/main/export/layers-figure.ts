import { seedStatistics } from '../../common/analysis/statistics.ts'
import { type FigureInput, figureSchema } from '../../common/export/figure.ts'
import { layersFigure as layersFigureOf, type LayersNet } from '../../common/export/layers-figure.ts'
import { depthOf, labelOf } from '../../common/network/design.ts'
import type { LayerStatistic, RunSummary } from '../../common/records/records.ts'
import { groupByNetwork } from './figure-data.ts'
import type { FigureOptions } from './figure-options.ts'
import { lineFigure } from './line-figure.ts'

/** A run with its layers' statistics of one epoch, in the network's order. */
export interface LayersRun {
  readonly summary: RunSummary
  readonly statistics: readonly LayerStatistic[]
}

/**
 * Makes the figure of the standard deviation of each 3x3 layer's response, after BN and before the nonlinearity and the addition, as the
 * mean over the seeds of a network, with a band of ± one standard deviation.
 * @throws Error when no run has layer statistics
 */
export function layersFigure(runs: readonly LayersRun[], options: FigureOptions): string {
  return lineFigure(figureSchema.parse({ ...layersPicture(runs, options), show: options.show }))
}

/** The same as data. @param together see `LayersFigureOptions` */
export function layersPicture(
  runs: readonly LayersRun[],
  { width, title, subtitle, together = false }: FigureOptions & { readonly together?: boolean },
): FigureInput {
  const groups = groupByNetwork(runs.filter((run) => run.statistics.length > 0))
  const first = groups[0]?.[0]
  if (!first)
    throw new Error(
      'None of these runs has layer statistics; they are computed at the end of each epoch unless the recipe’s number of ' +
        'images for them is 0.',
    )
  const seeds = Math.max(...groups.map((group) => group.length))
  const epochs = [...new Set(groups.flat().map((run) => run.statistics[0]!.epoch))].sort((a, b) => a - b)
  const words =
    `${first.summary.settings.dataset.name}, ${first.summary.settings.recipe.name}, after epoch ` +
    `${epochs.join(' or ')}${seeds > 1 ? `; mean ± std of up to ${seeds} seeds` : ''}`
  const nets = groups.map((group) => meanOverSeeds(group, together))
  return layersFigureOf(nets, { title, subtitle: subtitle ?? words, width, x: null, y: null, together })
}

function meanOverSeeds(group: readonly LayersRun[], named: boolean): LayersNet {
  const { network } = group[0]!.summary.settings
  const seeds = group[0]!.statistics.map((_, index) => seedStatistics(group.flatMap((run) => run.statistics[index]?.std ?? [])))
  return {
    design: network,
    label: labelOf(network),
    endLabel: named ? labelOf(network) : `${depthOf(network)} layers`,
    values: seeds.map((value) => value?.mean ?? null),
    spreads: seeds.map((value) => value?.std ?? null),
  }
}
