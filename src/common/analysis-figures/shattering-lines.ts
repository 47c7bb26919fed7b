import type { AnalysisResult } from '../analyses/analyses.ts'
import { comparedWeights, weightsOf } from '../analyses/kinds/compared-weights.ts'
import { noiseAutocorrelation, noises } from '../analysis/autocorrelation.ts'
import type { ChartSeries } from '../export/chart-series.ts'
import type { FigureInput } from '../export/figure.ts'
import type { DrawnNet } from './drawn-net.ts'
import { passFigure, passLines, type PassLook } from './pass-lines.ts'

type Shattering = AnalysisResult<'shattering'>
type Net = DrawnNet<Shattering['runs'][number]>

export const shatteringAxes = {
  x: { title: 'distance, share of the line', min: 0, max: 0.5 },
  y: { title: 'autocorrelation', min: -0.4, max: 1 },
} as const

/**
 * Autocorrelation against distance, a share of the line, of each net, beside noise: a panel for freshly drawn and one for trained weights,
 * as far as they were looked at.
 * @param epoch of the trained ones
 * @param grey of references
 */
export function shatteringPanels(result: Shattering, nets: readonly Net[], epoch: number, theme: PassLook['theme'], grey: string) {
  const { points } = result
  return comparedWeights.flatMap((weights) => {
    const series = passLines(nets, { weights, theme }, ({ autocorrelation }) =>
      autocorrelation.map((value, lag) => ({ x: lag / (points - 1), y: value ?? NaN })),
    )
    return series.length > 0 ? [{ weights, title: weightsOf(weights, epoch), series: [...noiseLines(result, grey), ...series] }] : []
  })
}

/** Grey of references on paper. */
const paperGrey = '#8a8d93'

/** The panels for print. */
export function shatteringFigure(result: Shattering, nets: readonly Net[], epoch: number, subtitle: string): FigureInput {
  return passFigure(shatteringPanels(result, nets, epoch, 'light', paperGrey), {
    title: 'Autocorrelation of the gradient with respect to the image',
    subtitle,
    ...shatteringAxes,
  })
}

/** White and brown noise, which the paper holds gradients against. @param color of references */
function noiseLines({ points, runs }: Shattering, color: string): ChartSeries[] {
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
