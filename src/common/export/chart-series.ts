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
      if (half > 0) [y - half, y + half].forEach(take)
    })
  }
  return min <= max ? { min, max } : null
}
