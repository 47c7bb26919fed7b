import type { AnalysisResult } from '../analyses/analyses.ts'
import type { ChartSeries } from '../export/chart-series.ts'
import { capitalized } from '../issue-words.ts'
import { comparedWeights, weightsOf } from '../analyses/kinds/compared-weights.ts'
import { valueRange } from '../export/chart-series.ts'
import type { FigureInput } from '../export/figure.ts'
import type { DrawnNet } from './drawn-net.ts'
import { passFigure, passLines, type PassLook } from './pass-lines.ts'

/** What is drawn over depth. */
export const gradientMeasures = [
  { value: 'layers', label: 'Responses', axis: '‖∂L/∂response‖', words: 'norm of one image’s loss gradient with respect to each response' },
  {
    value: 'blocks',
    label: 'Blocks',
    axis: '‖∂L/∂block output‖',
    words: 'norm of one image’s loss gradient with respect to each block’s output',
  },
  { value: 'weights', label: 'Weights', axis: '‖∂L/∂w‖', words: 'norm of the mean loss’s gradient with respect to each layer’s weights' },
  { value: 'std', label: 'Signal', axis: 'std of response', words: 'standard deviation of each layer’s response' },
] as const
export type GradientMeasure = (typeof gradientMeasures)[number]['value']

type RunGradients = AnalysisResult<'gradients'>['runs'][number]
type Pass = RunGradients['passes'][number]

/** What is drawn of runs, and how. */
interface GradientLook extends PassLook {
  readonly measure: GradientMeasure
}

/** Makes a line of each run, or of each network's mean over its seeds; what is zero or no number has no point on a log axis. */
function gradientLines(nets: readonly DrawnNet<RunGradients>[], look: GradientLook): ChartSeries[] {
  const lines = passLines(nets, look, (pass) => valuesOf(pass, look.measure))
  return lines.map((line) => ({ ...line, points: line.points.map(({ x, y }) => ({ x, y: y > 0 ? y : NaN })) }))
}

/** Without the classifier, whose response is the scores; it has weights. */
function valuesOf({ layers, blocks }: Pass, measure: GradientMeasure): { x: number; y: number }[] {
  switch (measure) {
    case 'layers':
      return layers.slice(0, -1).map(({ depth, gradientNorm }) => ({ x: depth, y: gradientNorm ?? NaN }))
    case 'weights':
      return layers.map(({ depth, weightGradientNorm }) => ({ x: depth, y: weightGradientNorm ?? NaN }))
    case 'std':
      return layers.slice(0, -1).map(({ depth, std }) => ({ x: depth, y: std ?? NaN }))
    case 'blocks':
      return blocks.map(({ depth, gradientNorm }) => ({ x: depth, y: gradientNorm ?? NaN }))
  }
}

interface GradientPanel {
  readonly weights: (typeof comparedWeights)[number]
  readonly title: string
  readonly series: readonly ChartSeries[]
}

/** A panel for freshly drawn and one for trained weights, as far as they were looked at. @param epoch of the trained ones */
export function gradientPanels(
  nets: readonly DrawnNet<RunGradients>[],
  measure: GradientMeasure,
  epoch: number,
  theme: PassLook['theme'],
): GradientPanel[] {
  return comparedWeights.flatMap((weights) => {
    const series = gradientLines(nets, { weights, measure, theme })
    return series.length > 0 ? [{ weights, title: weightsOf(weights, epoch), series }] : []
  })
}

/** Ends of the axes that both panels share, so that they can be compared. */
export function gradientAxes(panels: readonly GradientPanel[]) {
  const all = panels.flatMap(({ series }) => series)
  const range = valueRange(all, true) ?? { min: 0.1, max: 1 }
  return {
    x: { min: 1, max: Math.max(2, ...all.map(({ points }) => points.at(-1)?.x ?? 1)) },
    y: { min: range.min * 0.8, max: range.max * 1.25 },
  }
}

/** The panels for print. */
export function gradientsFigure(
  nets: readonly DrawnNet<RunGradients>[],
  chosen: GradientMeasure,
  epoch: number,
  subtitle: string,
): FigureInput {
  const measure = gradientMeasures.find(({ value }) => value === chosen)!
  const panels = gradientPanels(nets, chosen, epoch, 'light')
  const { x, y } = gradientAxes(panels)
  return passFigure(panels, {
    title: capitalized(measure.words),
    subtitle,
    x: { title: 'layer', ...x, whole: true },
    y: { title: measure.axis, ...y, logarithmic: true },
  })
}
