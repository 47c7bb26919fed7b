import type { ChartConfiguration } from 'chart.js'
import { axisStyle, namedOnLog, textScale, ticksAt } from './axis-style.ts'
import { padDecimals } from './even-digits.ts'
import type { AxisRange } from '../../../../common/chart/series.ts'

export interface AxesLook {
  readonly x: AxisRange
  readonly y: AxisRange
  readonly xTitle: string
  readonly yTitle: string
  readonly logarithmic: boolean
  readonly logarithmicX: boolean
  /** Ticks where they are not left to the axis: the depths that were trained, the rates of a schedule. */
  readonly xTicks: readonly number[] | null
  readonly yTicks: readonly number[] | null
  /** Ticks at whole numbers only: epochs, layers. */
  readonly wholeX: boolean
  /** Room at the right for the lines' names, pixels. */
  readonly labelRoom: number
  /** Names of vertical lines stand above the plot. */
  readonly verticals: readonly { readonly label?: string }[]
  readonly formatX: (x: number) => string
  readonly formatY: (y: number) => string
}

/** Makes the options for Chart.js, which draws the axes and the grid; lines, labels and crosshair are plugins of ours. */
export function chartOptions(look: AxesLook): NonNullable<ChartConfiguration<'line'>['options']> {
  const { ticks: style, title, grid, border } = axisStyle()
  // An end that is no round number gets no tick: it would stand close beside the last round one.
  const ticks = { ...style, includeBounds: false }
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    layout: { padding: { right: look.labelRoom * textScale(), top: look.verticals.some(({ label }) => label) ? 16 * textScale() : 4 } },
    scales: {
      x: {
        type: look.logarithmicX ? 'logarithmic' : 'linear',
        min: look.x.min,
        max: look.x.max,
        title: title(look.xTitle),
        grid: { ...grid, drawOnChartArea: false },
        border,
        ...ticksAt(look.xTicks),
        ticks: { ...ticks, ...(look.wholeX ? { precision: 0 } : {}), callback: (value) => look.formatX(Number(value)) },
      },
      y: {
        type: look.logarithmic ? 'logarithmic' : 'linear',
        min: look.y.min,
        max: look.y.max,
        title: title(look.yTitle),
        grid,
        border: { display: false },
        ...ticksAt(look.yTicks),
        ticks: {
          ...ticks,
          maxTicksLimit: look.logarithmic ? 30 : 8,
          callback: (value, index, ticks) =>
            look.logarithmic
              ? look.yTicks || shownOnLog(Number(value), look.y)
                ? look.formatY(Number(value))
                : ''
              : padDecimals(ticks.map((tick) => look.formatY(tick.value)))[index],
        },
      },
    },
  }
}

/** Tells whether a tick is labelled: 2 and 5 only where the axis spans little. */
function shownOnLog(value: number, { min, max }: AxisRange): boolean {
  return namedOnLog(value, max / min <= 50 ? [1, 2, 5] : [1])
}
