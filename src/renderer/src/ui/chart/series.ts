import { type AxisRange, type ChartSeries, firstFrom, type Point } from '../../../../common/export/chart-series.ts'

export { type AxisRange, type ChartSeries, firstFrom, type Point, valueRange } from '../../../../common/export/chart-series.ts'

/** The part of the axes that is looked at. */
export interface ChartView {
  readonly x: AxisRange
  readonly y: AxisRange
}

/** A value from elsewhere to compare with, drawn in grey with its name: a published end value. */
export interface ReferenceLevel {
  readonly y: number
  readonly label: string
}

/** Names that are longer are written in several lines, letters. */
const longestLine = 16

/** Splits a line's name as it is written at its end: "8, learning rate 0.05" takes a line for each part. */
export function labelLines(text: string): string[] {
  return text.length > longestLine ? text.split(/(?<=,) /) : [text]
}

/** Room for the longest name at a line's end, pixels at the usual text size, in letters eleven pixels high; beyond 150 it is cut. */
export function roomForNames(names: readonly string[]): number {
  const longest = Math.max(0, ...names.flatMap((name) => labelLines(name).map((line) => line.length)))
  return Math.min(150, Math.max(30, 12 + 6.2 * longest))
}

export function labelRoomOf(series: readonly ChartSeries[]): number {
  return roomForNames(series.map(({ endLabel, diverged }) => (endLabel ?? '') + (diverged ? ' ×' : '')))
}

/** Finds the point nearest to x; null when there are none. */
export function nearestPoint(points: readonly Point[], x: number): Point | null {
  const after = firstFrom(points, x)
  const [left, right] = [points[after - 1], points[after]]
  if (!left || !right) return left ?? right ?? null
  return x - left.x < right.x - x ? left : right
}

/** Finds where a line ends inside a range of x: its last value there, or where it crosses the right edge; null when it has none. */
export function lastVisible(points: readonly Point[], { min, max }: AxisRange): Point | null {
  const beyond = points[firstFrom(points, max)]
  for (let index = firstFrom(points, max); index >= 0; index--) {
    const point = points[index]
    if (!point || point.x > max) continue
    if (!Number.isFinite(point.y)) continue
    if (beyond && beyond.x > max && Number.isFinite(beyond.y))
      return { x: max, y: point.y + ((max - point.x) / (beyond.x - point.x)) * (beyond.y - point.y) }
    return point.x < min ? null : point
  }
  return null
}

/** Finds the x of the point nearest to x, of all lines; null when there are no points. */
export function nearestX(series: readonly ChartSeries[], x: number): number | null {
  let best: number | null = null
  for (const { label, points } of series) {
    const point = label ? nearestPoint(points, x) : null
    if (point && (best === null || Math.abs(point.x - x) < Math.abs(best - x))) best = point.x
  }
  return best
}
