import type { ChartConfiguration } from 'chart.js'
import { token } from '../theme.ts'
import type { AxisRange } from './series.ts'

export interface AxesLook {
  readonly x: AxisRange
  readonly y: AxisRange
  readonly xTitle: string
  readonly yTitle: string
  readonly logarithmic: boolean
  /** Ticks at whole numbers only: epochs, layers. */
  readonly wholeX: boolean
  /** Room at the right for the lines' names, pixels. */
  readonly labelRoom: number
  /** The ends of a part that is looked at are not round numbers, and get no ticks. */
  readonly zoomed: boolean
  readonly formatX: (x: number) => string
  readonly formatY: (y: number) => string
}

/** Chart.js draws the axes and the grid; lines, labels and crosshair are plugins of ours. */
export function chartOptions(look: AxesLook): NonNullable<ChartConfiguration<'line'>['options']> {
  const ticks = { color: token('--text-3'), font: { family: 'Inter Variable', size: 11 }, maxRotation: 0 }
  const title = (text: string): object => ({ display: true, text, color: token('--text-2'), font: { family: 'Inter Variable', size: 11, weight: 500 } })
  const grid = { color: token('--line'), tickLength: 4 }
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    layout: { padding: { right: look.labelRoom, top: 4 } },
    scales: {
      x: {
        type: 'linear',
        min: look.x.min,
        max: look.x.max,
        title: title(look.xTitle),
        grid: { ...grid, drawOnChartArea: false },
        border: { color: token('--line-strong') },
        ticks: { ...ticks, ...(look.wholeX ? { precision: 0 } : {}), includeBounds: !look.zoomed, callback: (value) => look.formatX(Number(value)) },
      },
      y: {
        type: look.logarithmic ? 'logarithmic' : 'linear',
        min: look.y.min,
        max: look.y.max,
        title: title(look.yTitle),
        grid,
        border: { display: false },
        ticks: {
          ...ticks,
          maxTicksLimit: look.logarithmic ? 30 : 8,
          includeBounds: !look.zoomed,
          callback: (value) => (!look.logarithmic || shownOnLog(Number(value), look.y) ? look.formatY(Number(value)) : ''),
        },
      },
    },
  }
}

/** Powers of ten, and 2 and 5 between them where the axis spans little. */
function shownOnLog(value: number, { min, max }: AxisRange): boolean {
  const mantissa = Number((value / 10 ** Math.floor(Math.log10(value) + 1e-9)).toPrecision(3))
  return mantissa === 1 || (max / min <= 50 && (mantissa === 2 || mantissa === 5))
}
