import { depthColor } from '../../common/analysis/depth-ramp.ts'
import { seedStatistics } from '../../common/analysis/statistics.ts'
import { type FigureInput, figureSchema } from '../../common/export/figure.ts'
import { layerCount, networkName } from '../../common/network/design.ts'
import type { LayerStatistic, RunSummary } from '../../common/records/records.ts'
import { groupByNetwork } from './figure-data.ts'
import { lineFigure } from './line-figure.ts'

/** A run with its layers' statistics of one epoch, in the network's order. */
export interface LayersRun {
  readonly summary: RunSummary
  readonly statistics: readonly LayerStatistic[]
}

export interface LayersOptions {
  readonly width: number
  readonly title: string | null
}

type Line = FigureInput['panels'][number]['lines'][number]

/**
 * Standard deviation of each 3x3 layer's response, after BN and before the nonlinearity and the addition: on top in the
 * network's order, below sorted from largest to smallest, as in the paper's Fig. 7. Plain nets dashed and thin.
 * @throws Error when no run has layer statistics
 */
export function layersFigure(runs: readonly LayersRun[], options: LayersOptions): string {
  const groups = groupByNetwork(runs.filter((run) => run.statistics.length > 0))
  const first = groups[0]?.[0]
  if (!first) throw new Error('None of these runs has layer statistics; they are computed at the end of each epoch unless statisticsSize is 0.')
  const ordered = groups.map(meanOverSeeds)
  const sorted = ordered.map((line) => ({ ...line, y: [...line.y].sort((a, b) => (b ?? 0) - (a ?? 0)) }))
  const highest = Math.max(...ordered.flatMap((line) => line.y.map((std) => std ?? 0)))
  const seeds = Math.max(...groups.map((group) => group.length))
  const epochs = [...new Set(groups.flat().map((run) => run.statistics[0]!.epoch))].sort((a, b) => a - b)
  return lineFigure(
    figureSchema.parse({
      title: options.title ?? 'Response of each 3×3 layer, after BN and before the nonlinearity',
      subtitle: `${first.summary.settings.dataset.name}, ${first.summary.settings.recipe.name}, after epoch ${epochs.join(' or ')}${seeds > 1 ? `; mean of up to ${seeds} seeds` : ''}`,
      width: options.width,
      arrangement: 'below',
      x: { title: 'layer', min: 1, max: Math.max(2, ...ordered.map((line) => line.x.length)), whole: true },
      y: { title: 'std', min: 0, max: highest * 1.06 },
      panels: [
        { title: '', xTitle: 'layer index, in the network’s order', lines: ordered },
        { title: '', xTitle: 'layers, sorted from largest to smallest', lines: sorted },
      ],
      key: [
        ...(ordered.some((line) => line.dashed) ? [{ label: 'plain', dashed: true, strokeWidth: 1 }] : []),
        ...(ordered.some((line) => !line.dashed) ? [{ label: 'residual', strokeWidth: 1.75 }] : []),
      ],
    }),
  )
}

function meanOverSeeds(group: readonly LayersRun[]): Line {
  const { network } = group[0]!.summary.settings
  const plain = network.family === 'plain'
  const means = group[0]!.statistics.map((_, index) => seedStatistics(group.flatMap((run) => run.statistics[index]?.std ?? []))?.mean ?? null)
  return {
    label: networkName(network),
    endLabel: networkName(network),
    colour: depthColor(layerCount(network.n), 'light'),
    dashed: plain,
    strokeWidth: plain ? 1 : 1.75,
    x: means.map((_, index) => index + 1),
    y: means,
  }
}
