import type { Scale } from 'chart.js'
import { token } from '../theme.ts'

/** Computes how much larger than usual a person has text, since canvases know no rem. */
export function textScale(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
}

/** @param size px, of text of the usual size */
export function canvasFont(weight: number, size: number): string {
  return `${weight} ${size * textScale()}px "Inter Variable", sans-serif`
}

/** Makes the style of all charts' axes. Canvases know no CSS variables, so it is read anew for each theme. */
export function axisStyle() {
  const font = { family: 'Inter Variable', size: 11 * textScale() }
  return {
    font,
    ticks: { color: token('--text-3'), font, maxRotation: 0 },
    title: (text: string) => ({ display: true, text, color: token('--text-2'), font: { ...font, weight: 500 } }),
    grid: { color: token('--line'), tickLength: 4 },
    /** Line of the horizontal axis. */
    border: { color: token('--line-strong') },
  }
}

/** Tells whether a logarithmic axis labels a value: powers of ten, and 2 and 5 between them. */
export function namedOnLog(value: number, mantissas: readonly number[] = [1, 2, 5]): boolean {
  return mantissas.includes(Number((value / 10 ** Math.floor(Math.log10(value) + 1e-9)).toPrecision(3)))
}

/** Puts ticks at just these values. */
export function ticksAt(values: readonly number[] | null): { afterBuildTicks?: (axis: Scale) => void } {
  return values ? { afterBuildTicks: (axis) => void (axis.ticks = values.map((value) => ({ value }))) } : {}
}
