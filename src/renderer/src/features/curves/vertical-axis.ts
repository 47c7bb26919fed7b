import { errorAxisTop, type ErrorPoint } from '../../../../common/export/error-axis.ts'
import { roundEnds, roundUp } from '../../../../common/chart/round-up.ts'
import { type AxisRange, type ChartSeries, valueRange } from '../../../../common/chart/series.ts'
import type { BoardChoices } from './board-choices.ts'

/** Computes ends of the vertical axis that hold all lines with their bands, in the metric's unit. */
export function verticalAxis(
  series: readonly ChartSeries[],
  { metric, logarithmic, vertical }: Pick<BoardChoices, 'metric' | 'logarithmic' | 'vertical'>,
): Partial<AxisRange> {
  const range = valueRange(series, logarithmic)
  const isError = metric === 'error'
  if (!range) return logarithmic ? {} : { min: 0, max: isError ? 100 : 1 }
  if (logarithmic) return { min: range.min * 0.9, max: range.max * 1.1 }
  if (vertical === 'curves' && metric !== 'rate') return roundEnds(range.min, range.max)
  if (isError && vertical === 'paper') return { min: 0, max: errorAxisTop(series.map(errorPoints)) }
  const { min } = range.min < 0 ? roundEnds(range.min, range.max) : { min: 0 }
  return { min, max: isError ? Math.max(10, Math.ceil(range.max / 10) * 10) : roundUp(range.max) }
}

function errorPoints({ points, band }: ChartSeries): ErrorPoint[] {
  return points.flatMap(({ y }, index) => (Number.isFinite(y) ? [{ mean: y, spread: band?.[index] ?? 0 }] : []))
}
