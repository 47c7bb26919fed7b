import { type AxisRange, type ChartSeries, firstFrom, nearestPoint } from '../../../../common/chart/series.ts'

export interface Reading {
  readonly key: string
  readonly label: string
  /** Short name for where there is little room. */
  readonly brief: string
  readonly color: string
  readonly dashed: boolean
  readonly x: number
  readonly y: number
  /** Half height of the line's band there; null where it has none. */
  readonly spread: number | null
}

/** Reads every line's value nearest to x, the highest first as the lines are; lines that do not reach x are left out. */
export function readAt(series: readonly ChartSeries[], x: number, { min, max }: AxisRange): Reading[] {
  const reach = (max - min) / 50
  return series
    .flatMap((one): Reading[] => {
      const point = one.label ? nearestPoint(one.points, x) : null
      if (!point) return []
      const step = one.points.length > 1 ? (one.points.at(-1)!.x - one.points[0]!.x) / (one.points.length - 1) : 0
      if (Math.abs(point.x - x) > Math.max(reach, step)) return []
      return [
        {
          key: one.key,
          label: one.label,
          brief: one.brief ?? one.label,
          color: one.color,
          dashed: one.dashed ?? false,
          x: point.x,
          y: point.y,
          spread: one.band?.[one.points.indexOf(point)] ?? null,
        },
      ]
    })
    .sort((a, b) => (Number.isNaN(a.y) ? -1 : Number.isNaN(b.y) ? 1 : b.y - a.y))
}

/** Computes the left edge of a readout in a chart: beside the hairline where it has room, else as near as it fits. */
export function readoutLeft(hairline: number, width: number, chartWidth: number, gap = 10): number {
  const right = hairline + gap
  const left = hairline - gap - width
  const wanted = right + width <= chartWidth && (hairline <= chartWidth / 2 || left < 0) ? right : left
  return Math.max(0, Math.min(wanted, chartWidth - width))
}

/** Finds the next x with a value, in steps of the line with most points in sight; null when there is none. */
export function nextX(series: readonly ChartSeries[], x: number | null, direction: 1 | -1, range: AxisRange): number | null {
  const inSight = series.map(({ points }) =>
    points.slice(firstFrom(points, range.min), firstFrom(points, range.max + Number.EPSILON * Math.abs(range.max))),
  )
  const longest = inSight.reduce((a, b) => (b.length > a.length ? b : a), inSight[0] ?? [])
  if (!longest.length) return null
  if (x === null) return (direction > 0 ? longest[0] : longest.at(-1))!.x
  const here = firstFrom(longest, x)
  const index = direction > 0 ? (longest[here]?.x === x ? here + 1 : here) : here - 1
  return longest[Math.min(longest.length - 1, Math.max(0, index))]!.x
}
