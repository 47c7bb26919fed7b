import { areaY, axisX, axisY, dot, frame, gridY, line, ruleX, ruleY, text, type Markish } from '@observablehq/plot'
import { milestoneSteps } from '../../common/training/schedule.ts'
import { publishedTestError } from '../../common/paper/cifar10.ts'
import { curveSeries, panelOf, type FigureRun, type Series } from './figure-data.ts'
import { ink, narrow, paperGrey, percent, quiet, spread, testLine, trainLine } from './figure-style.ts'
import { composeFigure, drawPlot, type LegendEntry, type Scale } from './svg-figure.ts'

export interface CurvesOptions {
  /** Iterations are drawn in thousands, as in the paper; `auto` follows the recipe. */
  readonly x: 'auto' | 'epochs' | 'iterations'
  /** px; below 480 the panels are stacked. */
  readonly width: number
  /** Top of the error axis in percent; null chooses: the paper's 20 where the curves end low enough. */
  readonly maximumError: number | null
  /** Published end values of the paper (or the review) as grey labels. Only makes sense for CIFAR-10. */
  readonly published: boolean
  readonly title: string | null
}

interface CurvePoint {
  readonly x: number
  readonly train: number
  readonly test: number
  readonly testStd: number | null
  readonly panel: string
  readonly series: Series
}

interface EndLabel {
  readonly panel: string
  readonly y: number
  readonly label: string
  readonly colour: string
}

/**
 * Training and test error over training, plain beside residual, as in the paper's Fig. 6.
 * @param runs of one experiment
 * @throws Error when no run has a finished epoch
 */
export function curvesFigure(runs: readonly FigureRun[], options: CurvesOptions): string {
  const series = curveSeries(runs)
  const first = runs[0]
  if (!first || series.length === 0) throw new Error('No run has finished an epoch yet, so there is no curve to draw.')
  const { recipe, dataset } = first.summary.settings
  const inIterations = options.x === 'iterations' || (options.x === 'auto' && recipe.epochs === null)
  const panels = [...new Set(series.map(panelFor))]
  const stacked = options.width < narrow
  const points = series.flatMap((one) => curvePoints(one, inIterations))
  const top = options.maximumError ?? chooseMaximum(series)
  const right = Math.max(...points.map((point) => point.x))
  const height = stacked ? 60 + 190 * panels.length : 340

  const labelRoom = options.published ? 100 : 68
  const drops = dropPositions(first, inIterations).filter((drop) => drop.x < right)
  const base = {
    width: options.width,
    height,
    marginLeft: 52,
    marginRight: labelRoom,
    marginBottom: 40,
    marginTop: panels.length > 1 || stacked ? 26 : 12,
    x: { domain: [0, right], label: null },
    y: { domain: [0, top], label: null },
    ...(stacked ? { fy: facetScale(panels, 0.18) } : { fx: facetScale(panels, gapShare(options.width - 52 - labelRoom, panels.length, labelRoom)) }),
  }
  const facet = (panel: string) => (stacked ? { fy: panel } : { fx: panel })
  const marks = [
    ...grid(inIterations, right),
    ruleX(panels.flatMap((panel) => drops.map((drop) => ({ ...drop, ...facet(panel) }))), { x: 'x', ...facetChannels(stacked), stroke: quiet, strokeOpacity: 0.5, strokeWidth: 0.75 }),
    ...curves(points, stacked),
    ...divergenceMarks(points, stacked),
  ]
  const { yScale } = drawPlot({ ...base, marks })
  const published = options.published ? publishedValues(series) : []
  const labels = endLabels(points, published, top, yScale)
  const labelMark = text(labels.map((label) => ({ ...label, ...facet(label.panel), x: right })), {
    x: 'x', y: 'y', ...facetChannels(stacked), text: 'label', fill: 'colour', dx: 6, textAnchor: 'start', fontWeight: 600,
  })
  const publishedMark = ruleY(published.map((value) => ({ ...value, ...facet(value.panel), from: right * 0.95, to: right })), {
    x1: 'from', x2: 'to', y: 'y', ...facetChannels(stacked), stroke: paperGrey, strokeWidth: 2, clip: true,
  })
  const { svg } = drawPlot({ ...base, marks: [...marks, publishedMark, labelMark, ...panelTitles(panels, stacked)] })
  return composeFigure({
    width: options.width,
    title: options.title ?? `Training and test error on ${dataset.name}`,
    subtitle: `${recipe.name}, batch ${recipe.batchSize}; ${seedsInWords(series)}`,
    legend: legend(points, drops, published.length > 0),
    plots: [{ height, svg }],
  })
}

/** The gap of `gap` px between panels as the band scale wants it: a share of a panel and its gap. */
function gapShare(room: number, panels: number, gap: number): number {
  if (panels < 2) return 0
  const panel = (room - (panels - 1) * (gap + 14)) / panels
  return (gap + 14) / (panel + gap + 14)
}

function facetScale(panels: readonly string[], padding: number) {
  return { domain: [...panels], padding, label: null, axis: null }
}

function facetChannels(stacked: boolean): { fx?: string; fy?: string } {
  return stacked ? { fy: 'fy' } : { fx: 'fx' }
}

function panelFor(one: Series): string {
  return panelOf({ family: one.family, shortcut: one.shortcut ?? 'A' })
}

function curvePoints(one: Series, inIterations: boolean): CurvePoint[] {
  return one.points.map((point) => ({
    x: inIterations ? point.step / 1000 : point.epoch,
    train: point.train.mean * 100,
    test: point.test.mean * 100,
    testStd: point.test.std === null ? null : point.test.std * 100,
    panel: panelFor(one),
    series: one,
  }))
}

/** The paper's 20 % where all curves end below 15 %; else room for the highest end and a little of the way down. */
function chooseMaximum(series: readonly Series[]): number {
  const ends = series.flatMap((one) => [one.points.at(-1)!.train.mean, one.points.at(-1)!.test.mean])
  const highest = Math.max(...ends) * 100
  if (highest <= 15) return 20
  return Math.min(100, Math.ceil((highest * 1.35) / 10) * 10)
}

function grid(inIterations: boolean, right: number): Markish[] {
  return [
    gridY({ stroke: ink, strokeOpacity: 0.08 }),
    frame({ stroke: ink, strokeOpacity: 0.35 }),
    axisY({ label: 'error, %', labelAnchor: 'center', labelArrow: 'none', labelOffset: 42, tickSize: 3, ticks: 6, color: ink }),
    axisX({ label: inIterations ? 'iterations, ×1000' : 'epoch', labelAnchor: 'center', labelArrow: 'none', tickSize: 3, ticks: inIterations ? 5 : Math.min(5, right), color: ink, facetAnchor: 'bottom' }),
  ]
}

function curves(points: readonly CurvePoint[], stacked: boolean): Markish[] {
  const common = { ...(stacked ? { fy: 'panel' } : { fx: 'panel' }), x: 'x', z: (point: CurvePoint) => point.series.name, clip: true as const }
  const colour = (point: CurvePoint) => point.series.colour
  return [
    areaY(points.filter((point) => point.testStd !== null), {
      ...common, y1: (point: CurvePoint) => point.test - (point.testStd ?? 0), y2: (point: CurvePoint) => point.test + (point.testStd ?? 0), fill: colour, fillOpacity: 0.16,
    }),
    line(points, { ...common, y: 'train', stroke: colour, ...trainLine }),
    line(points, { ...common, y: 'test', stroke: colour, ...testLine, strokeLinejoin: 'round' }),
  ]
}

interface Drop { readonly x: number; readonly label: string }

function dropPositions(run: FigureRun, inIterations: boolean): Drop[] {
  const { recipe } = run.summary.settings
  const { totalSteps, totalEpochs } = run.summary
  const divisor = Number((1 / recipe.learningRateFactor).toPrecision(3))
  const label = Number.isInteger(divisor) ? `learning rate ÷${divisor}` : `learning rate ×${recipe.learningRateFactor}`
  return milestoneSteps(recipe, totalSteps).map((step) => ({ x: inIterations ? step / 1000 : (step / totalSteps) * totalEpochs, label }))
}

function divergenceMarks(points: readonly CurvePoint[], stacked: boolean): Markish[] {
  const ends = lastPoints(points).filter((point) => point.series.diverged)
  const facet = stacked ? { fy: 'panel' } : { fx: 'panel' }
  return [dot(ends, { ...facet, x: 'x', y: 'test', symbol: 'times', stroke: (point: CurvePoint) => point.series.colour, strokeWidth: 2, r: 4, clip: true })]
}

function lastPoints(points: readonly CurvePoint[]): CurvePoint[] {
  return [...new Map(points.map((point) => [point.series.name, point])).values()]
}

/** Grey marks at the right edge, in percent. */
function publishedValues(series: readonly Series[]): EndLabel[] {
  return series.flatMap((one) => {
    const value = publishedTestError(one.family, one.n)
    if (!value) return []
    const work = value.source.work.startsWith('He') ? 'paper' : 'review'
    return [{ panel: panelFor(one), y: value.testError * 100, label: `${one.layers}, ${work} ${percent(value.testError)}`, colour: paperGrey }]
  })
}

function endLabels(points: readonly CurvePoint[], published: readonly EndLabel[], top: number, scale: Scale): EndLabel[] {
  const panels = [...new Set(points.map((point) => point.panel))]
  return panels.flatMap((panel) => {
    const own = lastPoints(points).map(({ series, test, panel }) => ({ panel, y: test, label: `${series.layers} layers${series.diverged ? ' ×' : ''}`, colour: series.colour }))
    const labels = [...own, ...published].filter((label) => label.panel === panel).map((label) => ({ ...label, y: Math.min(label.y, top) }))
    const places = spread(labels.map((label) => scale.apply(label.y)), 13, scale.apply(top) + 4, scale.apply(0) - 4)
    return labels.map((label, index) => ({ ...label, y: scale.invert(places[index]!) }))
  })
}

function panelTitles(panels: readonly string[], stacked: boolean): Markish[] {
  const rows = panels.map((panel) => ({ panel }))
  return [text(rows, { ...(stacked ? { fy: 'panel' } : { fx: 'panel' }), text: 'panel', frameAnchor: 'top-left', dy: -6, lineAnchor: 'bottom', fontSize: 12, fontWeight: 600, fill: ink })]
}

function legend(points: readonly CurvePoint[], drops: readonly Drop[], published: boolean): LegendEntry[] {
  const seeds = [...new Set(points.filter((point) => point.testStd !== null).map((point) => point.series.seeds))]
  return [
    { label: 'training error', stroke: ink, ...trainLine },
    { label: 'test error', stroke: ink, ...testLine },
    ...(seeds.length > 0 ? [{ label: `test error, mean ± std of ${seeds.sort((a, b) => a - b).join(' or ')} seeds`, stroke: ink, strokeWidth: 0, band: true }] : []),
    ...(points.some((point) => point.series.diverged) ? [{ label: '× diverged', stroke: ink, strokeWidth: 0 }] : []),
    ...(drops[0] ? [{ label: drops[0].label, stroke: quiet, strokeWidth: 0.75 }] : []),
    ...(published ? [{ label: 'published end value of test error', stroke: paperGrey, ...testLine }] : []),
  ]
}

function seedsInWords(series: readonly Series[]): string {
  const counts = series.map((one) => one.seeds)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  if (most === 1) return 'one seed each'
  return least === most ? `lines are the mean of ${most} seeds` : `lines are the mean of ${least} to ${most} seeds`
}
