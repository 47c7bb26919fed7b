import { minMaxIndices } from '../analysis/downsampling.ts'
import type { FigureInput } from '../export/figure.ts'
import { type AxisRange, type ChartSeries, firstFrom } from './series.ts'

type FigureLineInput = FigureInput['panels'][number]['lines'][number]

/** Most points of a line, more than a printer resolves in two columns; extremes and what is not a number stay. */
const mostPoints = 1_600
const rounded = (value: number): number => Number(value.toPrecision(7))
const finite = (value: number): number | null => (Number.isFinite(value) ? rounded(value) : null)

/** Converts a chart's line for print: the points in sight, and one more at either side so that it runs to the edges. */
export function figureLine(line: ChartSeries, { min, max }: AxisRange): FigureLineInput {
  const start = Math.max(0, firstFrom(line.points, min) - 1)
  const inSight = line.points.slice(start, firstFrom(line.points, max) + 1)
  const indices = [
    ...minMaxIndices(
      inSight.map((point) => point.y),
      mostPoints,
    ),
  ]
  const points = indices.map((index) => inSight[index]!)
  const band = line.band && indices.map((index) => ({ y: inSight[index]!.y, half: line.band?.[start + index] ?? 0 }))
  const endsHere = start + inSight.length === line.points.length
  return {
    label: line.label,
    endLabel: line.endLabel ?? null,
    colour: line.color,
    dashed: line.dashed ?? false,
    strokeWidth: line.width ?? 1.75,
    stepped: line.stepped ?? false,
    dots: line.dots ?? false,
    x: points.map((point) => rounded(point.x)),
    y: points.map((point) => finite(point.y)),
    band: band ? { low: band.map(({ y, half }) => finite(y - half)), high: band.map(({ y, half }) => finite(y + half)) } : null,
    diverged: ((line.diverged ?? false) && endsHere) || points.some((point) => !Number.isFinite(point.y)),
  }
}
