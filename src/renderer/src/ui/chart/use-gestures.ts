import type { Chart } from 'chart.js'
import { type Ref, ref, type ShallowRef } from 'vue'
import type { AxisRange, ChartView } from '../../../../common/chart/series.ts'

export interface GestureTargets {
  readonly chart: ShallowRef<Chart<'line'> | undefined>
  readonly enabled: () => boolean
  readonly seen: () => ChartView
  readonly show: (view: ChartView) => void
  /** Pans by a share of the visible width. */
  readonly pan: (share: number) => void
  readonly zoom: (factor: number, centre: number) => void
  readonly hover: (x: number | null) => void
  readonly pick: (x: number, y: number) => void
}

type Box = Record<'left' | 'top' | 'width' | 'height', string>
/** Pixels of the canvas. */
type Position = Record<'x' | 'y', number>

export interface Gestures {
  /** The rectangle being drawn over the chart, as CSS; null when there is none. */
  readonly dragged: Ref<Box | null>
  pointerdown(event: PointerEvent): void
  pointermove(event: PointerEvent): void
  pointerup(event: PointerEvent): void
  pointercancel(): void
  pointerleave(): void
  wheel(event: WheelEvent): void
}

/** Distance in pixels below which a drag is a click. */
const threshold = 6

/** Dragging zooms into a rectangle, with Shift or the middle button it pans; Ctrl with the wheel zooms, the wheel sideways pans. */
export function useGestures(targets: GestureTargets): Gestures {
  const dragged = ref<Box | null>(null)
  let start: (Position & { panning: boolean; view: ChartView }) | null = null
  let moved = false

  function move(event: PointerEvent, chart: Chart<'line'>): void {
    const at = positionInPlot(event, chart)
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
    dragged.value = boxBetween(start, at)
  }

  function finish(event: PointerEvent, chart: Chart<'line'>): void {
    if (!start) return
    const at = positionInPlot(event, chart)
    const from = start
    cancel()
    if (!moved) return targets.pick(valueOf(chart, 'x', at.x), valueOf(chart, 'y', at.y))
    if (from.panning) return
    if (Math.abs(at.x - from.x) >= threshold) targets.show(viewBetween(from, at, chart, targets.seen()))
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
      const at = positionInPlot(event, chart)
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
      if (chart && targets.enabled()) turnWheel(event, chart, targets)
    },
  }
}

/** Position inside the canvas, kept within the plot. */
function positionInPlot(event: MouseEvent, chart: Chart<'line'>): Position {
  const box = chart.canvas.getBoundingClientRect()
  const { left, right, top, bottom } = chart.chartArea
  return { x: Math.min(right, Math.max(left, event.clientX - box.left)), y: Math.min(bottom, Math.max(top, event.clientY - box.top)) }
}

function valueOf(chart: Chart<'line'>, axis: 'x' | 'y', pixel: number): number {
  return chart.scales[axis]?.getValueForPixel(pixel) ?? NaN
}

function boxBetween(a: Position, b: Position): Box {
  return {
    left: `${Math.min(a.x, b.x)}px`,
    top: `${Math.min(a.y, b.y)}px`,
    width: `${Math.abs(a.x - b.x)}px`,
    height: `${Math.abs(a.y - b.y)}px`,
  }
}

/** What a rectangle holds; one that is hardly high means a stretch of the curve, at all heights. */
function viewBetween(a: Position, b: Position, chart: Chart<'line'>, seen: ChartView): ChartView {
  const range = (axis: 'x' | 'y'): AxisRange => {
    const [min, max] = [valueOf(chart, axis, a[axis]), valueOf(chart, axis, b[axis])]
    return { min: Math.min(min, max), max: Math.max(min, max) }
  }
  const flat = Math.abs(a.y - b.y) < 3 * threshold
  return { x: range('x'), y: flat ? seen.y : range('y') }
}

function turnWheel(event: WheelEvent, chart: Chart<'line'>, targets: GestureTargets): void {
  const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault()
    targets.zoom(Math.exp(Math.max(-100, Math.min(100, event.deltaY)) / 250), valueOf(chart, 'x', positionInPlot(event, chart).x))
  } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
    event.preventDefault()
    targets.pan(Math.max(-0.5, Math.min(0.5, sideways / chart.chartArea.width)))
  }
}
