import type { AnalysisResult } from '../analyses/analyses.ts'
import { noiseAutocorrelation, noises } from '../analysis/autocorrelation.ts'
import type { FigureInput } from '../export/figure.ts'
import type { RunSummary } from '../records/records.ts'
import type { ChartSeries } from '../chart/series.ts'
import { dataWords, type DrawnAnalysis, numbersText } from './drawn-analysis.ts'
import { passFigure, passLines, type PassLook, type PassPanel, passPanels } from './pass-lines.ts'

/** Autocorrelation against distance, a share of the line: of each run, or of each network's mean over its seeds. */
function shatteringLines(
  { points, runs: found }: AnalysisResult<'shattering'>,
  runs: readonly RunSummary[],
  look: PassLook,
): ChartSeries[] {
  return passLines(found, runs, look, ({ autocorrelation }) =>
    autocorrelation.map((value, lag) => ({ x: lag / (points - 1), y: value ?? NaN })),
  )
}

/** White and brown noise, which the paper holds gradients against. @param color of references */
function noiseLines({ points, runs }: AnalysisResult<'shattering'>, color: string): ChartSeries[] {
  const lags = runs[0]?.passes[0]?.autocorrelation.length ?? 0
  return noises.map((noise) => ({
    key: noise,
    label: `${noise} noise`,
    endLabel: `${noise} noise`,
    color,
    width: 1,
    points: Array.from(noiseAutocorrelation(noise, points, lags), (y, lag) => ({ x: lag / (points - 1), y })),
  }))
}

/** Axes of all pictures. */
export const shatteringAxes = {
  x: { title: 'distance, share of the line', min: 0, max: 0.5 },
  y: { title: 'autocorrelation', min: -0.4, max: 1 },
} as const

/** Panels at initialisation and after training, each with the noises. @param grey of the noises */
export function shatteringPanels(
  { analysis, result, runs }: DrawnAnalysis<'shattering'>,
  look: Omit<PassLook, 'weights'>,
  grey: string,
): PassPanel[] {
  const panels = passPanels(analysis.epochs, (weights) => shatteringLines(result, runs, { ...look, weights }))
  return panels.map((panel) => ({ ...panel, series: [...noiseLines(result, grey), ...panel.series] }))
}

/** Grey of references on paper. */
const paperGrey = '#8a8d93'

export function shatteringFigure(drawn: DrawnAnalysis<'shattering'>, { ofSeeds }: Pick<PassLook, 'ofSeeds'>): FigureInput {
  const { points, runs } = drawn.result
  return passFigure(shatteringPanels(drawn, { ofSeeds, theme: 'light' }, paperGrey), {
    title: 'Autocorrelation of the gradient with respect to the image',
    subtitle: dataWords(drawn.runs, `${numbersText(runs.map(({ lines }) => lines))} lines of ${points} points`),
    ...shatteringAxes,
  })
}
