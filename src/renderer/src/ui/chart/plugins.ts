import type { Chart, Plugin } from 'chart.js'
import { labelColor } from '../../../../common/analysis/depth-ramp.ts'
import { dark } from '../theme.ts'
import { canvasFont, textScale } from './axis-style.ts'
import { faintness } from './draw-lines.ts'
import { type ChartSeries, labelLines, lastVisible, type Point, type ReferenceLevel } from '../../../../common/chart/series.ts'

export interface Marks {
  series: readonly ChartSeries[]
  /** Vertical lines: learning-rate drops, the chosen epoch. */
  verticals: readonly { x: number; label?: string }[]
  levels: readonly ReferenceLevel[]
  /** Lines beside the one that is pointed at. */
  isFaint: (one: ChartSeries) => boolean
  /** Crosshair: where values are read, and the points that are read there; null for none. */
  cursor: { readonly x: number; readonly points: readonly (Point & { readonly color: string })[] } | null
  /** Chooses the colour of a line's name: the line's, where that can be read. */
  labelColor: (color: string) => string
  textColor: string
  haloColor: string
  lineColor: string
}

/** Distance between names, in pixels at the usual text size. */
const labelGap = 13
/** Pixels between a line's end and its name, and behind the name. */
const labelPad = 6

/** Draws names at the ends of lines and of reference levels, moved apart where they would overlap. */
export function endLabels(marks: () => Marks): Plugin {
  return {
    id: 'end-labels',
    afterDatasetsDraw(chart) {
      const { ctx, chartArea } = chart
      const { series, levels, textColor, haloColor, isFaint, labelColor } = marks()
      const y = chart.scales.y
      const levelLabels = levels.flatMap(({ y: value, label }): EndLabel[] => {
        const at = y?.getPixelForValue(value) ?? NaN
        return at >= chartArea.top && at <= chartArea.bottom
          ? [{ lines: labelLines(label), color: textColor, faint: false, x: chartArea.right, y: at }]
          : []
      })
      const labels = [...collect(chart, series, isFaint), ...levelLabels]
      ctx.save()
      ctx.font = canvasFont(500, 11)
      const widthOf = ({ lines }: EndLabel): number => Math.max(...lines.map((line) => ctx.measureText(line).width))
      for (const column of columnsOf(labels, widthOf)) spread(column, chartArea.top + 6, chartArea.bottom - 4)
      ctx.textBaseline = 'middle'
      for (const { y: at } of levels) levelMark(chart, at, textColor)
      for (const label of labels) {
        ctx.globalAlpha = label.faint ? faintness : 1
        ctx.strokeStyle = haloColor
        ctx.lineWidth = 4
        ctx.lineJoin = 'round'
        ctx.fillStyle = labelColor(label.color)
        label.lines.forEach((text, index) => {
          const top = label.y + index * labelGap * textScale()
          ctx.strokeText(text, label.x + labelPad, top)
          ctx.fillText(text, label.x + labelPad, top)
        })
      }
      ctx.restore()
    },
  }
}

function levelMark(chart: Chart, value: number, color: string): void {
  const { ctx, chartArea } = chart
  const at = chart.scales.y?.getPixelForValue(value) ?? NaN
  if (!(at >= chartArea.top && at <= chartArea.bottom)) return
  ctx.strokeStyle = color
  ctx.lineWidth = 2
  ctx.beginPath()
  ctx.moveTo(chartArea.right - Math.max(12, chartArea.width * 0.05), at)
  ctx.lineTo(chartArea.right, at)
  ctx.stroke()
}

interface EndLabel {
  /** The first of them at `y`, the others below. */
  readonly lines: readonly string[]
  readonly color: string
  readonly faint: boolean
  readonly x: number
  y: number
}

function collect(chart: Chart, series: readonly ChartSeries[], isFaint: Marks['isFaint']): EndLabel[] {
  const { x, y } = chart.scales
  if (!x || !y) return []
  return series.flatMap((one): EndLabel[] => {
    const last = one.endLabel ? lastVisible(one.points, x) : null
    if (!last || !one.endLabel || !(last.y >= y.min && last.y <= y.max)) return []
    return [
      {
        lines: labelLines(one.diverged ? `${one.endLabel} ×` : one.endLabel),
        color: labelColor(one.color, dark.value ? 'dark' : 'light'),
        faint: isFaint(one),
        x: x.getPixelForValue(last.x),
        y: y.getPixelForValue(last.y),
      },
    ]
  })
}

/** Groups labels that stand over each other, from top to bottom; lines that end elsewhere are named elsewhere. @param widthOf pixels */
function columnsOf(labels: readonly EndLabel[], widthOf: (label: EndLabel) => number): EndLabel[][] {
  const columns: { readonly labels: EndLabel[]; right: number }[] = []
  for (const label of [...labels].sort((a, b) => a.x - b.x)) {
    const right = label.x + widthOf(label) + 2 * labelPad
    const column = columns.at(-1)
    if (column && label.x < column.right) {
      column.labels.push(label)
      column.right = Math.max(column.right, right)
    } else columns.push({ labels: [label], right })
  }
  return columns.map((column) => column.labels.sort((a, b) => a.y - b.y))
}

function spread(labels: EndLabel[], top: number, bottom: number): void {
  const gap = labelGap * textScale()
  let floor = top
  for (const label of labels) {
    label.y = Math.max(label.y, floor)
    floor = label.y + gap * label.lines.length
  }
  let ceiling = bottom
  for (const label of [...labels].reverse()) {
    label.y = Math.min(label.y, ceiling - gap * (label.lines.length - 1))
    ceiling = label.y - gap
  }
}

export function verticalLines(marks: () => Marks): Plugin {
  return {
    id: 'vertical-lines',
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea, scales } = chart
      const { verticals, textColor, lineColor } = marks()
      ctx.save()
      ctx.font = canvasFont(400, 10)
      for (const { x, label } of verticals) {
        const at = scales.x?.getPixelForValue(x) ?? NaN
        if (!(at >= chartArea.left && at <= chartArea.right)) continue
        ctx.strokeStyle = lineColor
        ctx.lineWidth = 1
        ctx.setLineDash([2, 3])
        ctx.beginPath()
        ctx.moveTo(at, chartArea.top)
        ctx.lineTo(at, chartArea.bottom)
        ctx.stroke()
        if (!label) continue
        // Above the plot, where no curve runs through it.
        ctx.fillStyle = textColor
        ctx.textAlign = at + ctx.measureText(label).width > chart.width ? 'right' : 'left'
        ctx.textBaseline = 'alphabetic'
        ctx.fillText(label, at, chartArea.top - 5)
      }
      ctx.restore()
    },
  }
}

/** Draws a hairline where the values are read, and a dot on each point that is read. */
export function crosshair(marks: () => Marks): Plugin {
  return {
    id: 'crosshair',
    afterDatasetsDraw(chart) {
      const { cursor, textColor } = marks()
      const { x, y } = chart.scales
      if (cursor === null || !x || !y) return
      const { ctx, chartArea } = chart
      const at = x.getPixelForValue(cursor.x)
      if (at < chartArea.left - 1 || at > chartArea.right + 1) return
      ctx.save()
      ctx.strokeStyle = textColor
      ctx.beginPath()
      ctx.moveTo(at, chartArea.top)
      ctx.lineTo(at, chartArea.bottom)
      ctx.stroke()
      for (const point of cursor.points) {
        if (!(point.y >= y.min && point.y <= y.max) || !(point.x >= x.min && point.x <= x.max)) continue
        ctx.fillStyle = point.color
        ctx.beginPath()
        ctx.arc(x.getPixelForValue(point.x), y.getPixelForValue(point.y), 3, 0, 2 * Math.PI)
        ctx.fill()
      }
      ctx.restore()
    },
  }
}
