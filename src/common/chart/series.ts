/** One line of a chart. Points ascend in x; a y that is not finite breaks the line and is marked at the top. */
export interface ChartSeries {
  readonly key: string
  /** Read out by the crosshair: "residual-56 A, seed 1, test". */
  readonly label: string
  /** Short name for where there is little room, and the panel's title says the rest: "56, seed 1, test". */
  readonly brief?: string
  /** Written at the line's end; none for lines that another of the same colour names. */
  readonly endLabel?: string
  readonly color: string
  readonly dashed?: boolean
  readonly width?: number
  readonly stepped?: boolean
  /** Marks instead of a line. */
  readonly dots?: boolean
  /** Marks on the line's points. */
  readonly marked?: boolean
  /** Half heights of a strip around the line, such as ± std over seeds; null where there is none. As long as `points`. */
  readonly band?: readonly (number | null)[]
  /** A cross where the line ends: the run diverged there. */
  readonly diverged?: boolean
  /** Ids of the runs that it was computed from. */
  readonly runs?: readonly number[]
  /** Half lengths of whiskers at the points, such as ± std over seeds; null where there is none. */
  readonly spread?: readonly (number | null)[]
  readonly points: readonly Point[]
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface AxisRange {
  readonly min: number
  readonly max: number
}

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

/** Finds the index of the first point at or after x; `points.length` when there is none. */
export function firstFrom(points: readonly Point[], x: number): number {
  let low = 0
  let high = points.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (points[middle]!.x < x) low = middle + 1
    else high = middle
  }
  return low
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

/**
 * Smallest and largest finite value, bands and whiskers included; null when there is none. `positive` leaves out what a log scale
 * cannot show.
 */
export function valueRange(series: readonly ChartSeries[], positive = false): AxisRange | null {
  let min = Infinity
  let max = -Infinity
  const take = (y: number): void => {
    if (!Number.isFinite(y) || (positive && y <= 0)) return
    if (y < min) min = y
    if (y > max) max = y
  }
  for (const { points, band, spread } of series) {
    points.forEach(({ y }, index) => {
      take(y)
      const half = Math.max(band?.[index] ?? 0, spread?.[index] ?? 0)
      if (!(half > 0)) return
      take(y + half)
      // On a log scale an edge near zero would leave the values themselves a strip of the chart.
      if (!positive || y - half > y / 3) take(y - half)
    })
  }
  return min <= max ? { min, max } : null
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
