import type { Chart, Plugin } from 'chart.js'
import type { ChartSeries } from './series.ts'

export interface Marks {
  series: readonly ChartSeries[]
  /** Vertical lines: learning-rate drops, the chosen epoch. */
  verticals: readonly { x: number; label?: string }[]
  textColor: string
  haloColor: string
  lineColor: string
}

/** Names at the ends of lines, moved apart where they would lie on each other. */
export function endLabels(marks: () => Marks): Plugin {
  return {
    id: 'end-labels',
    afterDatasetsDraw(chart) {
      const { ctx, chartArea } = chart
      const labels = collect(chart, marks().series)
      spread(labels, 13, chartArea.top + 6, chartArea.bottom - 4)
      ctx.save()
      ctx.font = '500 11px "Inter Variable", sans-serif'
      ctx.textBaseline = 'middle'
      for (const label of labels) {
        ctx.strokeStyle = marks().haloColor
        ctx.lineWidth = 4
        ctx.lineJoin = 'round'
        ctx.strokeText(label.text, label.x + 6, label.y)
        ctx.fillStyle = label.color
        ctx.fillText(label.text, label.x + 6, label.y)
      }
      ctx.restore()
    },
  }
}

interface EndLabel {
  readonly text: string
  readonly color: string
  readonly x: number
  y: number
}

function collect(chart: Chart, series: readonly ChartSeries[]): EndLabel[] {
  const labels: EndLabel[] = []
  series.forEach((one, index) => {
    if (!one.endLabel || !chart.isDatasetVisible(index)) return
    const drawn = chart.getDatasetMeta(index).data.filter((point) => Number.isFinite(point.y) && point.x <= chart.chartArea.right + 1)
    const last = drawn[drawn.length - 1]
    if (last) labels.push({ text: one.endLabel, color: one.color, x: last.x, y: last.y })
  })
  return labels.sort((a, b) => a.y - b.y)
}

function spread(labels: EndLabel[], gap: number, top: number, bottom: number): void {
  let floor = top
  for (const label of labels) {
    label.y = Math.max(label.y, floor)
    floor = label.y + gap
  }
  let ceiling = bottom
  for (const label of [...labels].reverse()) {
    label.y = Math.min(label.y, ceiling)
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
      ctx.font = '400 10px "Inter Variable", sans-serif'
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
        ctx.fillStyle = textColor
        ctx.textAlign = 'left'
        ctx.fillText(label, at + 3, chartArea.top + 9)
      }
      ctx.restore()
    },
  }
}

/** A hairline where the values are read. */
export function crosshair(marks: () => Marks): Plugin {
  return {
    id: 'crosshair',
    afterDatasetsDraw(chart) {
      const active = chart.tooltip?.getActiveElements()[0]
      if (!active) return
      const { ctx, chartArea } = chart
      ctx.save()
      ctx.strokeStyle = marks().lineColor
      ctx.beginPath()
      ctx.moveTo(active.element.x, chartArea.top)
      ctx.lineTo(active.element.x, chartArea.bottom)
      ctx.stroke()
      ctx.restore()
    },
  }
}
