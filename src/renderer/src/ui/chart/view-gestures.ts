import type { AxisRange, ChartView } from '../../../../common/chart/series.ts'

/** Moves a range by a share of its own width without leaving `whole`. */
export function panned(range: AxisRange, share: number, whole: AxisRange): AxisRange {
  const width = range.max - range.min
  const min = Math.max(whole.min, Math.min(whole.max - width, range.min + share * width))
  return { min, max: min + width }
}

/** Narrows (factor < 1) or widens a range around a centre, inside `whole`. */
export function zoomedAround(range: AxisRange, centre: number, factor: number, whole: AxisRange): AxisRange {
  const smallest = (whole.max - whole.min) * 1e-6
  const width = Math.max(smallest, (range.max - range.min) * factor)
  if (width >= whole.max - whole.min) return whole
  const share = (centre - range.min) / (range.max - range.min)
  const min = Math.max(whole.min, Math.min(whole.max - width, centre - share * width))
  return { min, max: min + width }
}

export function isWhole(view: ChartView, whole: ChartView): boolean {
  const same = (a: AxisRange, b: AxisRange): boolean => a.min <= b.min && a.max >= b.max
  return same(view.x, whole.x) && same(view.y, whole.y)
}
