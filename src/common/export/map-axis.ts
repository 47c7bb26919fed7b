import { logarithmicTicks, roundTicks } from '../analysis/round-ticks.ts'
import type { MapAxis, MapFigure } from './map-figure.ts'

/** Finds a value's position along an axis in cells, 0 at the first cell's outer edge. @param cells along the axis */
export function positionAlong({ first, last }: Pick<MapAxis, 'first' | 'last'>, cells: number, value: number): number {
  return cells < 2 || last === first ? 0.5 : ((value - first) / (last - first)) * (cells - 1) + 0.5
}

/** Lists the marks of an axis. @param most of them that there is room for; named ones are never left out here */
export function ticksAlong({ first, last, ticks }: MapAxis, most: number): readonly { readonly at: number; readonly label: string }[] {
  return ticks ?? roundTicks(Math.min(first, last), Math.max(first, last), most).map((at) => ({ at, label: numberLabel(at) }))
}

/** Lists the marks of the scale of colours. */
export function colourTicks({ min, max, logarithmic }: MapFigure['colour'], most: number): { at: number; label: string }[] {
  const values = logarithmic ? logarithmicTicks(min, max, most) : roundTicks(min, max, most)
  return values.map((at) => ({ at, label: numberLabel(at) }))
}

/** Chooses values for contours: about `count` between the ends, evenly on the scale's own terms. */
export function contourLevels({ min, max, logarithmic }: MapFigure['colour'], count: number): number[] {
  const inside = (value: number): boolean => value > min && value < max
  if (!logarithmic) return roundTicks(min, max, count).filter(inside)
  const round = logarithmicTicks(min, max, count).filter(inside)
  if (2 * round.length >= count) return round
  return Array.from({ length: count }, (_, index) => Number((min * (max / min) ** ((index + 1) / (count + 1))).toPrecision(2))).filter(
    (value, index, all) => inside(value) && value !== all[index - 1],
  )
}

/** "0.5", "1e-4", "2e6"; a true minus sign, as figures have it. */
export function numberLabel(value: number): string {
  const size = Math.abs(value)
  const text = size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential() : String(value)
  return text.replace('e+', 'e').replaceAll('-', '−')
}
