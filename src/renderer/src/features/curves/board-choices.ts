import { reactive } from 'vue'
import { oneOf, type QueryFields, yesOrNo } from '../../ui/query-choices.ts'
import { type CurveMetric, metrics } from './curve-series.ts'
import { type XAxis, xAxes } from './axis-scale.ts'

/**
 * Where the vertical axis begins and ends: at 0, close around the curves, or at 0 and where the curves' ends need it to, as in the
 * paper's figures.
 */
export const verticalEnds = ['zero', 'curves', 'paper'] as const
export type VerticalEnds = (typeof verticalEnds)[number]

/** Weights of the moving average that are offered. */
export const smoothingWeights = [0, 0.6, 0.9, 0.97, 0.99] as const

export interface BoardChoices {
  metric: CurveMetric
  axis: XAxis
  logarithmic: boolean
  validation: boolean
  /** Weight of the moving average, 0 for none. */
  smoothing: number
  published: boolean
  /** Finished seeds of one network are drawn as their mean. */
  ofSeeds: boolean
  vertical: VerticalEnds
}

export const boardFields: QueryFields<BoardChoices> = {
  metric: oneOf(
    'metric',
    metrics.map(({ value }) => value),
    'error',
    true,
  ),
  axis: oneOf(
    'x',
    xAxes.map(({ value }) => value),
    'epoch',
    true,
  ),
  logarithmic: yesOrNo('log', false),
  validation: yesOrNo('validation', false),
  smoothing: oneOf<number>('smoothing', smoothingWeights, 0),
  published: yesOrNo('published', true),
  ofSeeds: yesOrNo('means', true),
  vertical: oneOf('y', verticalEnds, 'zero'),
}

/** Kept while the page is open, so that all boards show alike and a view that is come back to is as it was left. */
export const boardChoices = reactive<BoardChoices>({
  metric: 'error',
  axis: 'epoch',
  logarithmic: false,
  validation: false,
  smoothing: 0,
  published: true,
  ofSeeds: true,
  vertical: 'zero',
})
