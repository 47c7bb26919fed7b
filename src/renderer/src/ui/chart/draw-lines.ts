import type { Chart, Plugin, Scale } from 'chart.js'
import { endOnAxis } from '../../../../common/export/figure.ts'
import { type ChartSeries, firstFrom, type Point } from '../../../../common/chart/series.ts'

/** Opacity of lines beside the one that is pointed at. */
export const faintness = 0.15
/** Opacity of the band around a line. */
const bandOpacity = 0.16

/**
 * Draws the series themselves: Chart.js would make an element of every point, which for twenty runs of thousands of points
 * is too slow to pan. Where points are denser than pixels, each pixel column shows the lowest and highest of its points.
 */
export function lines(series: () => readonly ChartSeries[], isFaint: (one: ChartSeries) => boolean = () => false): Plugin {
  return {
    id: 'lines',
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea } = chart
      const { x, y } = chart.scales
      if (!x || !y) return
      let drawn = 0
      ctx.save()
      ctx.beginPath()
      ctx.rect(chartArea.left, chartArea.top - 1, chartArea.width + 1, chartArea.height + 2)
      ctx.clip()
      ctx.lineJoin = 'round'
      for (const one of series()) {
        ctx.globalAlpha = isFaint(one) ? faintness : 1
        drawn += drawOne(chart, one, x, y)
      }
      ctx.restore()
      // Marks are whole also where their points lie on the plot's edge.
      ctx.save()
      for (const one of series()) {
        ctx.globalAlpha = isFaint(one) ? faintness : 1
        drawMarks(ctx, one, x, y)
      }
      ctx.restore()
      // For tests and measurements: what is on the canvas cannot be asked otherwise.
      chart.canvas.dataset.points = String(drawn)
    },
  }
}

/** @returns the number of points in sight */
function drawOne({ ctx, chartArea }: Chart, one: ChartSeries, x: Scale, y: Scale): number {
  const from = Math.max(0, firstFrom(one.points, x.min) - 1)
  const to = Math.min(one.points.length, firstFrom(one.points, x.max) + 2)
  if (from >= to) return 0
  ctx.strokeStyle = ctx.fillStyle = one.color
  ctx.lineWidth = one.width ?? 1.75
  ctx.setLineDash(one.dashed ? [5, 3] : [])
  const toPixels: ToPixels = (point) => [x.getPixelForValue(point.x), y.getPixelForValue(point.y)]
  const axis = { logarithmic: y.type === 'logarithmic', min: y.min }
  const endToPixels: ToPixels = ({ x: at, y: end }) => toPixels({ x: at, y: endOnAxis(end, axis)! })
  if (one.band) drawBand(ctx, one, from, to, endToPixels)
  if (one.spread) drawSpread(ctx, one, from, to, endToPixels)
  if (isMarksOnly(one)) return to - from
  ctx.beginPath()
  if (to - from > 2 * chartArea.width) traceColumns(ctx, one.points, from, to, toPixels)
  else trace(ctx, one, from, to, toPixels)
  ctx.stroke()
  markMissing(ctx, one.points, from, to, (point) => x.getPixelForValue(point.x), chartArea.top)
  return to - from
}

type ToPixels = (point: Point) => [number, number]

/** Tells whether only marks are drawn: a single point has no line. */
function isMarksOnly({ dots, points }: ChartSeries): boolean {
  return dots === true || points.length === 1
}

function drawMarks(ctx: CanvasRenderingContext2D, one: ChartSeries, x: Scale, y: Scale): void {
  const { points, marked, diverged, color } = one
  const toPixels: ToPixels = (point) => [x.getPixelForValue(point.x), y.getPixelForValue(point.y)]
  const inSight = (point: Point): boolean => point.x >= x.min && point.x <= x.max && point.y >= y.min && point.y <= y.max
  ctx.strokeStyle = ctx.fillStyle = color
  if (marked || isMarksOnly(one)) {
    for (let index = firstFrom(points, x.min); index < points.length && points[index]!.x <= x.max; index++) {
      if (!inSight(points[index]!)) continue
      ctx.beginPath()
      ctx.arc(...toPixels(points[index]!), marked ? 3.5 : 2.5, 0, 2 * Math.PI)
      ctx.fill()
    }
  }
  if (!diverged) return
  const last = points.findLast((point) => Number.isFinite(point.y))
  if (last && inSight(last)) markEnd(ctx, toPixels(last))
}

function drawBand(ctx: CanvasRenderingContext2D, { points, band = [] }: ChartSeries, from: number, to: number, toPixels: ToPixels): void {
  const edges: [high: [number, number], low: [number, number]][] = []
  for (let index = from; index < to; index++) {
    const { x, y } = points[index]!
    const half = band[index]
    if (half !== null && half !== undefined && Number.isFinite(y)) edges.push([toPixels({ x, y: y + half }), toPixels({ x, y: y - half })])
  }
  ctx.save()
  ctx.globalAlpha *= bandOpacity
  ctx.beginPath()
  for (const [high] of edges) ctx.lineTo(...high)
  for (const [, low] of edges.reverse()) ctx.lineTo(...low)
  ctx.fill()
  ctx.restore()
}

function drawSpread(
  ctx: CanvasRenderingContext2D,
  { points, spread = [] }: ChartSeries,
  from: number,
  to: number,
  toPixels: ToPixels,
): void {
  ctx.save()
  ctx.setLineDash([])
  ctx.lineWidth = 1
  ctx.beginPath()
  for (let index = from; index < to; index++) {
    const point = points[index]!
    const half = spread[index]
    if (!half) continue
    for (const end of [point.y - half, point.y + half]) {
      const [left, top] = toPixels({ x: point.x, y: end })
      ctx.moveTo(left - 3, top)
      ctx.lineTo(left + 3, top)
    }
    ctx.moveTo(...toPixels({ x: point.x, y: point.y - half }))
    ctx.lineTo(...toPixels({ x: point.x, y: point.y + half }))
  }
  ctx.stroke()
  ctx.restore()
}

function trace(ctx: CanvasRenderingContext2D, { points, stepped }: ChartSeries, from: number, to: number, toPixels: ToPixels): void {
  let above: number | null = null
  for (let index = from; index < to; index++) {
    const point = points[index]!
    if (!Number.isFinite(point.y)) {
      above = null
      continue
    }
    const [left, top] = toPixels(point)
    if (above === null) ctx.moveTo(left, top)
    else {
      if (stepped) ctx.lineTo(left, above)
      ctx.lineTo(left, top)
    }
    above = top
  }
}

function traceColumns(ctx: CanvasRenderingContext2D, points: readonly Point[], from: number, to: number, toPixels: ToPixels): void {
  let column = -Infinity
  let low = 0
  let high = 0
  let last = 0
  let drawing = false
  const finish = (): void => {
    if (!drawing) return
    ctx.lineTo(column, low)
    ctx.lineTo(column, high)
    ctx.lineTo(column, last)
  }
  for (let index = from; index < to; index++) {
    const point = points[index]!
    if (!Number.isFinite(point.y)) {
      finish()
      drawing = false
      column = -Infinity
      continue
    }
    const [exact, top] = toPixels(point)
    const left = Math.round(exact * 2) / 2
    if (left !== column) {
      finish()
      if (drawing) ctx.lineTo(left, top)
      else ctx.moveTo(left, top)
      drawing = true
      column = left
      low = high = top
    } else {
      low = Math.max(low, top)
      high = Math.min(high, top)
    }
    last = top
  }
  finish()
}

/** Draws a cross on the last value that is a number. */
function markEnd(ctx: CanvasRenderingContext2D, [left, top]: [number, number]): void {
  ctx.setLineDash([])
  ctx.lineWidth = 2
  ctx.beginPath()
  cross(ctx, left, top, 4)
  ctx.stroke()
}

function cross(ctx: CanvasRenderingContext2D, left: number, top: number, half: number): void {
  ctx.moveTo(left - half, top - half)
  ctx.lineTo(left + half, top + half)
  ctx.moveTo(left + half, top - half)
  ctx.lineTo(left - half, top + half)
}

/** Marks values that are not numbers by a small cross at the top edge, so that a divergence is seen where it happened. */
function markMissing(
  ctx: CanvasRenderingContext2D,
  points: readonly Point[],
  from: number,
  to: number,
  left: (point: Point) => number,
  top: number,
): void {
  ctx.setLineDash([])
  ctx.lineWidth = 1.5
  for (let index = from; index < to; index++) {
    const point = points[index]!
    if (Number.isFinite(point.y)) continue
    ctx.beginPath()
    cross(ctx, left(point), top + 6, 3)
    ctx.stroke()
  }
}
