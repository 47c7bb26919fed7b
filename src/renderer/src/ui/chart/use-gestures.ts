import type { Chart } from 'chart.js'
import { type Ref, ref, type ShallowRef } from 'vue'
import type { ChartView } from './series.ts'

export interface GestureTargets {
  readonly chart: ShallowRef<Chart<'line'> | undefined>
  readonly enabled: () => boolean
  readonly seen: () => ChartView
  readonly show: (view: ChartView) => void
  /** By a share of the visible width. */
  readonly pan: (share: number) => void
  readonly zoom: (factor: number, place: number) => void
  readonly hover: (x: number | null) => void
  readonly pick: (x: number, y: number) => void
}

export interface Gestures {
  /** The rectangle being drawn over the chart, as CSS; null when there is none. */
  readonly dragged: Ref<Record<'left' | 'top' | 'width' | 'height', string> | null>
  pointerdown(event: PointerEvent): void
  pointermove(event: PointerEvent): void
  pointerup(event: PointerEvent): void
  pointercancel(): void
  pointerleave(): void
  wheel(event: WheelEvent): void
}

/** A shorter way is a click, pixels. */
const threshold = 6

/** Dragging zooms into a rectangle, with Shift or the middle button it pans; Ctrl with the wheel zooms, the wheel sideways pans. */
export function useGestures(targets: GestureTargets): Gestures {
  const dragged = ref<Record<'left' | 'top' | 'width' | 'height', string> | null>(null)
  let start: { x: number; y: number; panning: boolean; view: ChartView } | null = null
  let moved = false

  /** Place inside the canvas, kept within the plot. */
  function place(event: MouseEvent, chart: Chart<'line'>): { x: number; y: number } {
    const box = chart.canvas.getBoundingClientRect()
    const { left, right, top, bottom } = chart.chartArea
    return { x: Math.min(right, Math.max(left, event.clientX - box.left)), y: Math.min(bottom, Math.max(top, event.clientY - box.top)) }
  }
  const valueOf = (chart: Chart<'line'>, axis: 'x' | 'y', pixel: number): number => chart.scales[axis]?.getValueForPixel(pixel) ?? NaN

  function move(event: PointerEvent, chart: Chart<'line'>): void {
    const at = place(event, chart)
    if (!start) {
      targets.hover(valueOf(chart, 'x', at.x))
      return
    }
    moved ||= Math.hypot(at.x - start.x, at.y - start.y) >= threshold
    if (!moved) return
    if (start.panning) {
      const { x } = start.view
      const seen = targets.seen().x
      const wanted = x.min - ((at.x - start.x) / chart.chartArea.width) * (x.max - x.min)
      targets.pan((wanted - seen.min) / (x.max - x.min))
      return
    }
    const [left, top] = [Math.min(at.x, start.x), Math.min(at.y, start.y)]
    dragged.value = { left: `${left}px`, top: `${top}px`, width: `${Math.abs(at.x - start.x)}px`, height: `${Math.abs(at.y - start.y)}px` }
  }

  function finish(event: PointerEvent, chart: Chart<'line'>): void {
    if (!start) return
    const at = place(event, chart)
    const from = start
    cancel()
    if (!moved) return targets.pick(valueOf(chart, 'x', at.x), valueOf(chart, 'y', at.y))
    if (from.panning) return
    const { y } = targets.seen()
    const xs = [valueOf(chart, 'x', from.x), valueOf(chart, 'x', at.x)].sort((a, b) => a - b)
    const ys = [valueOf(chart, 'y', from.y), valueOf(chart, 'y', at.y)].sort((a, b) => a - b)
    // A drag that is hardly high means a stretch of the curve, at all heights.
    const flat = Math.abs(at.y - from.y) < 3 * threshold
    if (Math.abs(at.x - from.x) >= threshold) targets.show({ x: { min: xs[0]!, max: xs[1]! }, y: flat ? y : { min: ys[0]!, max: ys[1]! } })
  }

  function cancel(): void {
    start = null
    dragged.value = null
  }

  return {
    dragged,
    pointerdown(event) {
      const chart = targets.chart.value
      if (!chart || event.button > 1 || (event.target instanceof Element && event.target.closest('button'))) return
      const at = place(event, chart)
      start = { ...at, panning: event.shiftKey || event.button === 1, view: targets.seen() }
      moved = false
      targets.hover(null)
      if (targets.enabled() && event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId)
    },
    pointermove(event) {
      const chart = targets.chart.value
      if (chart && (targets.enabled() || !start)) move(event, chart)
    },
    pointerup(event) {
      const chart = targets.chart.value
      if (chart) finish(event, chart)
    },
    pointercancel: cancel,
    pointerleave() {
      targets.hover(null)
      if (!start || !moved) cancel()
    },
    wheel(event) {
      const chart = targets.chart.value
      if (!chart || !targets.enabled()) return
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault()
        targets.zoom(Math.exp(Math.max(-100, Math.min(100, event.deltaY)) / 250), valueOf(chart, 'x', place(event, chart).x))
      } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
        event.preventDefault()
        targets.pan(Math.max(-0.5, Math.min(0.5, sideways / chart.chartArea.width)))
      }
    },
  }
}
