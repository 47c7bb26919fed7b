import { minMaxIndices } from '../../../../common/analysis/downsampling.ts'
import type { FigureInput } from '../../../../common/export/figure.ts'
import { type AxisRange, type ChartSeries, firstFrom } from '../chart/series.ts'

type FigureLineInput = FigureInput['panels'][number]['lines'][number]

/** More than a printer resolves in two columns; extremes and what is not a number stay. */
const mostPoints = 1_600
const rounded = (value: number): number => Number(value.toPrecision(7))

/** A chart's line for print: what is in sight, and one point beyond at either side so that it runs to the edges. */
export function figureLine(line: ChartSeries, { min, max }: AxisRange): FigureLineInput {
  const inSight = line.points.slice(Math.max(0, firstFrom(line.points, min) - 1), firstFrom(line.points, max) + 1)
  const points = [...minMaxIndices(inSight.map((point) => point.y), mostPoints)].map((index) => inSight[index]!)
  return {
    label: line.label,
    endLabel: line.endLabel ?? null,
    colour: line.color,
    dashed: line.dashed ?? false,
    strokeWidth: line.width ?? 1.75,
    stepped: line.stepped ?? false,
    dots: line.dots ?? false,
    x: points.map((point) => rounded(point.x)),
    y: points.map((point) => (Number.isFinite(point.y) ? rounded(point.y) : null)),
  }
}
