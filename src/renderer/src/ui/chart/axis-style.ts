import type { Scale } from 'chart.js'
import { token } from '../theme.ts'

/** How much larger than usual a person has text: canvases know no rem. */
export function textScale(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
}

/** @param size px, of text of the usual size */
export function canvasFont(weight: number, size: number): string {
  return `${weight} ${size * textScale()}px "Inter Variable", sans-serif`
}

/** What the axes of all charts look like. Canvases know no CSS variables, so it is read anew for each theme. */
export function axisStyle() {
  const font = { family: 'Inter Variable', size: 11 * textScale() }
  return {
    font,
    ticks: { color: token('--text-3'), font, maxRotation: 0 },
    title: (text: string) => ({ display: true, text, color: token('--text-2'), font: { ...font, weight: 500 } }),
    grid: { color: token('--line'), tickLength: 4 },
    /** Of the horizontal axis. */
    border: { color: token('--line-strong') },
  }
}

/** Values a logarithmic axis names: powers of ten, and 2 and 5 between them. */
export function namedOnLog(value: number, mantissas: readonly number[] = [1, 2, 5]): boolean {
  return mantissas.includes(Number((value / 10 ** Math.floor(Math.log10(value) + 1e-9)).toPrecision(3)))
}

/** Ticks at just these values. */
export function ticksAt(values: readonly number[] | null): { afterBuildTicks?: (axis: Scale) => void } {
  return values ? { afterBuildTicks: (axis) => void (axis.ticks = values.map((value) => ({ value }))) } : {}
}
