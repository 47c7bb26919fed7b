import { roundEnds } from '../chart/round-up.ts'
import { type AxisRange, type ChartSeries, valueRange } from '../chart/series.ts'
import type { LayerHistory } from './layer-rows.ts'

/** How the axis is to be. */
export interface LayerAxisChoices {
  /** Where it begins: close around the lines, or at 0. */
  readonly vertical: 'lines' | 'zero'
  /** Whether it is logarithmic: responses of a net that diverges are thousands of times those of the others. */
  readonly logarithmic: boolean
}

export interface LayerAxis extends AxisRange {
  readonly logarithmic: boolean
}

/**
 * Computes ends of the axis that all panels share; lines and their bands fit in.
 * @param others histories of which all epochs have to fit in as well
 */
export function layerAxis(
  series: readonly ChartSeries[],
  others: readonly LayerHistory[],
  { vertical, logarithmic }: LayerAxisChoices,
): LayerAxis {
  const all = [...series, ...others.flatMap(({ values }, index) => values.map((row) => asSeries(`${index}`, row)))]
  const range = valueRange(all, logarithmic) ?? { min: 0, max: 1 }
  if (logarithmic) return { min: Math.min(range.min, range.max / 10) * 0.9, max: range.max * 1.1, logarithmic }
  const from = vertical === 'zero' ? Math.min(0, range.min) : range.min
  return { ...roundEnds(from, range.max), logarithmic }
}

function asSeries(key: string, row: Float64Array): ChartSeries {
  return { key, label: '', color: '', points: Array.from(row, (y, x) => ({ x, y })) }
}
