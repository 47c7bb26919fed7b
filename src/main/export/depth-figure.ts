import { axisX, axisY, dot, frame, gridY, line, ruleX, text, type Markish } from '@observablehq/plot'
import { depthResults, type DepthResult } from '../../common/analysis/depth-results.ts'
import { residualResults } from '../../common/paper/cifar10.ts'
import type { RunSummary } from '../../common/rpc/records.ts'
import { ink, narrow, paperGrey, spread } from './figure-style.ts'
import { composeFigure, drawPlot, type Scale } from './svg-figure.ts'

export interface DepthOptions {
  readonly width: number
  /** The paper's Table 6 in grey in the test panel. */
  readonly published: boolean
  readonly title: string | null
}

interface DepthPoint {
  readonly layers: number
  readonly error: number
  readonly low: number | null
  readonly high: number | null
  readonly variant: string
  readonly panel: 'training error' | 'test error'
}

const panels = ['training error', 'test error'] as const

/** Marker and weight of each variant; ink only, since colour is depth's. */
const looks = [
  { variant: 'plain', symbol: 'circle', filled: false, strokeWidth: 1, strokeDasharray: '3,2.5' },
  { variant: 'residual A', symbol: 'circle', filled: true, strokeWidth: 2, strokeDasharray: undefined },
  { variant: 'residual B', symbol: 'square', filled: true, strokeWidth: 1.5, strokeDasharray: '6,2' },
  { variant: 'residual C', symbol: 'triangle', filled: true, strokeWidth: 1.5, strokeDasharray: '1.5,2' },
] as const

/**
 * Error at the last epoch against depth: training error left, test error right. Degradation is a plain line that rises on the left.
 * @throws Error when no run of the experiment has finished
 */
export function depthFigure(runs: readonly RunSummary[], options: DepthOptions): string {
  const results = depthResults(runs).filter((result) => result.trainError && result.testError)
  const first = runs[0]
  if (!first || results.length === 0) throw new Error('None of these runs has finished, so there is no end value to draw.')
  const points = results.flatMap(depthPoints)
  const published = options.published ? residualResults.filter((result) => results.some((own) => own.layers === result.layers)) : []
  const stacked = options.width < narrow
  const top = Math.max(...points.map((point) => point.high ?? point.error)) * 1.12
  const layers = [...new Set(points.map((point) => point.layers))].sort((a, b) => a - b)
  const height = stacked ? 460 : 320
  const labelRoom = 96
  const facets = stacked ? { fy: { domain: [...panels], padding: 0.2, label: null, axis: null } } : { fx: { domain: [...panels], padding: 0.1, label: null, axis: null } }
  const base = {
    width: options.width, height, marginLeft: 52, marginRight: labelRoom, marginBottom: 40, marginTop: 28,
    x: { domain: [layers[0]! - 3, layers.at(-1)! + 3], label: null },
    y: { domain: [0, top], label: null },
    ...facets,
  }
  const marks = [...axes(layers), ...variantMarks(points, stacked), ...publishedMarks(published, stacked)]
  const { yScale } = drawPlot({ ...base, marks })
  const labelled = stacked ? panels : (['test error'] as const)
  const labels = labelled.flatMap((panel) => endLabels(points, published, panel, top, yScale, layers.at(-1)! + 3))
  const labelMark = text(labels, { ...facet(stacked), x: 'layers', y: 'error', text: 'variant', fill: (label: { colour: string }) => label.colour, fontWeight: 600, dx: 6, textAnchor: 'start' })
  const titles = text(panels.map((panel) => ({ panel })), { ...facet(stacked), text: 'panel', frameAnchor: 'top-left', dy: -6, lineAnchor: 'bottom', fontSize: 12, fontWeight: 600, fill: ink })
  const seeds = Math.max(...results.map((result) => result.finished))
  return composeFigure({
    width: options.width,
    title: options.title ?? `Error against depth on ${first.settings.dataset.name}`,
    subtitle: `${first.settings.recipe.name}, last epoch; ${seeds > 1 ? `mean of up to ${seeds} seeds, bars are ± std` : 'one seed each'}`,
    legend: [],
    plots: [{ left: 0, top: 0, svg: drawPlot({ ...base, marks: [...marks, labelMark, titles] }).svg }],
    plotHeight: height,
  })
}

function depthPoints(result: DepthResult): DepthPoint[] {
  const variant = result.shortcut ? `${result.family} ${result.shortcut}` : result.family
  return panels.flatMap((panel) => {
    const statistics = panel === 'training error' ? result.trainError : result.testError
    if (!statistics) return []
    const { mean, std } = statistics
    return [{ layers: result.layers, error: mean * 100, low: std === null ? null : (mean - std) * 100, high: std === null ? null : (mean + std) * 100, variant, panel }]
  })
}

function facet(stacked: boolean): { fx?: string; fy?: string } {
  return stacked ? { fy: 'panel' } : { fx: 'panel' }
}

function axes(layers: readonly number[]): Markish[] {
  return [
    gridY({ stroke: ink, strokeOpacity: 0.08 }),
    frame({ stroke: ink, strokeOpacity: 0.35 }),
    axisY({ label: 'error, %', labelAnchor: 'center', labelArrow: 'none', labelOffset: 42, tickSize: 3, ticks: 6, color: ink }),
    axisX([...layers], { label: 'layers', labelAnchor: 'center', labelArrow: 'none', tickSize: 3, color: ink, tickFormat: String, facetAnchor: 'bottom' }),
  ]
}

function variantMarks(points: readonly DepthPoint[], stacked: boolean): Markish[] {
  return looks.flatMap((look) => {
    const own = points.filter((point) => point.variant === look.variant)
    if (own.length === 0) return []
    const common = { ...facet(stacked), x: 'layers', stroke: ink }
    const { strokeWidth, strokeDasharray } = look
    return [
      ruleX(own.filter((point) => point.low !== null), { ...common, y1: 'low', y2: 'high', strokeWidth: 1 }),
      line(own, { ...common, y: 'error', strokeWidth, ...(strokeDasharray ? { strokeDasharray } : {}) }),
      dot(own, { ...common, y: 'error', symbol: look.symbol, r: 3.5, strokeWidth: 1.25, fill: look.filled ? ink : 'white' }),
    ]
  })
}

type Published = (typeof residualResults)[number]

function publishedMarks(published: readonly Published[], stacked: boolean): Markish[] {
  const points = published.map((result) => ({ layers: result.layers, error: result.testError * 100, panel: 'test error' }))
  return [
    line(points, { ...facet(stacked), x: 'layers', y: 'error', stroke: paperGrey, strokeWidth: 1.25 }),
    dot(points, { ...facet(stacked), x: 'layers', y: 'error', fill: paperGrey, r: 2.5 }),
  ]
}

function endLabels(points: readonly DepthPoint[], published: readonly Published[], panel: DepthPoint['panel'], top: number, scale: Scale, edge: number) {
  const own = new Map(points.filter((point) => point.panel === panel).map((point) => [point.variant, point]))
  const last = published.at(-1)
  const labels = [
    ...[...own.values()].map((point) => ({ variant: point.variant, error: point.error, colour: ink })),
    ...(last && panel === 'test error' ? [{ variant: 'paper, Table 6', error: last.testError * 100, colour: paperGrey }] : []),
  ]
  const places = spread(labels.map((label) => scale.apply(label.error)), 13, scale.apply(top) + 4, scale.apply(0) - 4)
  return labels.map((label, index) => ({ ...label, panel, layers: edge, error: scale.invert(places[index]!) }))
}
