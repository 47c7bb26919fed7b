import { axisX, axisY, frame, gridY, line, text, type Markish } from '@observablehq/plot'
import { depthRamp } from '../../common/analysis/depth-ramp.ts'
import { seedStatistics } from '../../common/analysis/statistics.ts'
import { layerCount, networkName } from '../../common/network/design.ts'
import type { LayerStatistic, RunSummary } from '../../common/rpc/records.ts'
import { groupByNetwork } from './figure-data.ts'
import { ink, narrow, spread } from './figure-style.ts'
import { composeFigure, drawPlot } from './svg-figure.ts'

/** A run with its layers' statistics of one epoch, in the network's order. */
export interface LayersRun {
  readonly summary: RunSummary
  readonly statistics: readonly LayerStatistic[]
}

export interface LayersOptions {
  readonly width: number
  readonly title: string | null
}

interface LayerPoint {
  readonly name: string
  readonly index: number
  readonly std: number
  readonly colour: string
  readonly plain: boolean
}

/**
 * Standard deviation of each 3x3 layer's response, after BN and before the nonlinearity and the addition: on top in the
 * network's order, below sorted from largest to smallest, as in the paper's Fig. 7. Plain nets dashed and thin.
 * @throws Error when no run has layer statistics
 */
export function layersFigure(runs: readonly LayersRun[], options: LayersOptions): string {
  const groups = groupByNetwork(runs.filter((run) => run.statistics.length > 0))
  const first = groups[0]?.[0]
  if (!first) throw new Error('None of these runs has layer statistics; they are computed at the end of each epoch unless statisticsSize is 0.')
  const colours = depthRamp(groups.map((group) => layerCount(group[0]!.summary.settings.network.n)))
  const ordered = groups.map((group) => meanOverSeeds(group, colours))
  const sorted = ordered.map((points) => [...points].sort((a, b) => b.std - a.std).map((point, index) => ({ ...point, index: index + 1 })))
  const top = Math.max(...ordered.flat().map((point) => point.std)) * 1.06
  const seeds = Math.max(...groups.map((group) => group.length))
  const epochs = [...new Set(groups.flat().map((run) => run.statistics[0]!.epoch))].sort((a, b) => a - b)
  const height = options.width < narrow ? 210 : 240
  return composeFigure({
    width: options.width,
    title: options.title ?? 'Response of each 3×3 layer, after BN and before the nonlinearity',
    subtitle: `${first.summary.settings.dataset.name}, ${first.summary.settings.recipe.name}, after epoch ${epochs.join(' or ')}${seeds > 1 ? `; mean of up to ${seeds} seeds` : ''}`,
    legend: [
      ...(ordered.some((points) => points[0]?.plain) ? [{ label: 'plain', stroke: ink, strokeWidth: 1, strokeDasharray: '3,2.5' }] : []),
      ...(ordered.some((points) => points[0] && !points[0].plain) ? [{ label: 'residual', stroke: ink, strokeWidth: 1.75 }] : []),
    ],
    plots: [panel(ordered, 'layer index, in the network’s order', top, height, options.width), panel(sorted, 'layers, sorted from largest to smallest', top, height, options.width)],
  })
}

function meanOverSeeds(group: readonly LayersRun[], colours: ReadonlyMap<number, string>): LayerPoint[] {
  const { network } = group[0]!.summary.settings
  return group[0]!.statistics.flatMap((_, index) => {
    const mean = seedStatistics(group.flatMap((run) => run.statistics[index]?.std ?? []))
    if (!mean) return []
    return [{ name: networkName(network), index: index + 1, std: mean.mean, colour: colours.get(layerCount(network.n))!, plain: network.family === 'plain' }]
  })
}

function panel(series: readonly (readonly LayerPoint[])[], label: string, top: number, height: number, width: number): { height: number; svg: string } {
  const points = series.flat()
  const right = Math.max(...points.map((point) => point.index))
  const base = {
    width, height, marginLeft: 52, marginRight: 96, marginBottom: 40, marginTop: 12,
    x: { domain: [1, Math.max(2, right)], label: null },
    y: { domain: [0, top], label: null },
  }
  const lines = (plain: boolean) =>
    line(points.filter((point) => point.plain === plain), {
      x: 'index', y: 'std', z: 'name', stroke: (point: LayerPoint) => point.colour, strokeLinejoin: 'round',
      ...(plain ? { strokeWidth: 1, strokeDasharray: '3,2.5' } : { strokeWidth: 1.75 }),
    })
  const marks: Markish[] = [
    gridY({ stroke: ink, strokeOpacity: 0.08 }),
    frame({ stroke: ink, strokeOpacity: 0.35 }),
    axisY({ label: 'std', labelAnchor: 'center', labelArrow: 'none', labelOffset: 42, tickSize: 3, ticks: 5, color: ink }),
    axisX({ label, labelAnchor: 'center', labelArrow: 'none', tickSize: 3, ticks: Math.min(8, right - 1), color: ink }),
    lines(true),
    lines(false),
  ]
  const { yScale } = drawPlot({ ...base, marks })
  const ends = series.flatMap((one) => one.at(-1) ?? [])
  // A line that ends inside the panel is labelled where it ends, the others beside the panel.
  const outside = ends.filter((end) => end.index === right)
  const places = spread(outside.map((end) => yScale.apply(end.std)), 13, yScale.apply(top) + 4, yScale.apply(0) - 4)
  const labels = [
    ...ends.filter((end) => end.index < right),
    ...outside.map((end, index) => ({ ...end, std: yScale.invert(places[index]!) })),
  ]
  const labelMark = text(labels, {
    x: 'index', y: 'std', text: 'name', fill: (end: LayerPoint) => end.colour, stroke: 'white', strokeWidth: 3, fontWeight: 600, dx: 6, textAnchor: 'start',
  })
  return { height, svg: drawPlot({ ...base, marks: [...marks, labelMark] }).svg }
}
