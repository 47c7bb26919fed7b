import type { AnalysisResult } from '../analyses/analyses.ts'
import { comparedWeights } from '../analyses/kinds/compared-weights.ts'
import type { FigureInput } from '../export/figure.ts'
import { capitalized } from '../issue-words.ts'
import type { RunSummary } from '../records/records.ts'
import { type AxisRange, type ChartSeries, valueRange } from '../chart/series.ts'
import { dataWords, type DrawnAnalysis, numbersText } from './drawn-analysis.ts'
import { passFigure, passLines, type PassLook, type PassPanel, passPanels } from './pass-lines.ts'

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
export interface GradientLook extends PassLook {
  readonly measure: GradientMeasure
}

/** Makes a line of each run, or of each network's mean over its seeds; what is zero or no number has no point on a log axis. */
function gradientLines(result: AnalysisResult<'gradients'>, runs: readonly RunSummary[], look: GradientLook): ChartSeries[] {
  const lines = passLines(result.runs, runs, look, (pass) => valuesOf(pass, look.measure))
  return lines.map((line) => ({ ...line, points: line.points.map(({ x, y }) => ({ x, y: y > 0 ? y : NaN })) }))
}

/** Every line of a result at all its epochs, for an axis that all fit into. */
export function allGradientLines(
  result: AnalysisResult<'gradients'>,
  runs: readonly RunSummary[],
  measure: GradientMeasure,
): ChartSeries[] {
  return comparedWeights.flatMap((weights) => gradientLines(result, runs, { weights, measure, ofSeeds: false, theme: 'light' }))
}

/** A logarithmic axis with room around the lines. */
export function gradientAxis(lines: readonly ChartSeries[]): AxisRange {
  const range = valueRange(lines, true) ?? { min: 0.1, max: 1 }
  return { min: range.min * 0.8, max: range.max * 1.25 }
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

/** Panels at initialisation and after training. */
export function gradientPanels({ analysis, result, runs }: DrawnAnalysis<'gradients'>, look: Omit<GradientLook, 'weights'>): PassPanel[] {
  return passPanels(analysis.epochs, (weights) => gradientLines(result, runs, { ...look, weights }))
}

/** The same in the colours of paper. @param axis as it is seen; left out: around the lines */
export function gradientsFigure(
  drawn: DrawnAnalysis<'gradients'>,
  look: Pick<GradientLook, 'measure' | 'ofSeeds'>,
  axis?: AxisRange,
): FigureInput {
  const panels = gradientPanels(drawn, { ...look, theme: 'light' })
  const lines = panels.flatMap(({ series }) => series)
  const { words, axis: title } = gradientMeasures.find(({ value }) => value === look.measure)!
  return passFigure(panels, {
    title: capitalized(words),
    subtitle: dataWords(drawn.runs, `${numbersText(drawn.result.runs.map(({ images }) => images))} images`),
    x: { title: 'layer', min: 1, max: deepestOf(lines), whole: true },
    y: { title, ...(axis ?? gradientAxis(lines)), logarithmic: true },
  })
}

/** The last layer of all lines. */
export function deepestOf(lines: readonly ChartSeries[]): number {
  return Math.max(2, ...lines.map(({ points }) => points.at(-1)?.x ?? 1))
}
