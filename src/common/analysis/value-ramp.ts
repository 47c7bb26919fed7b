import { mixColours } from './hex-colour.ts'

/**
 * Colours of heat maps, from low to high: viridis (van der Walt and Smith 2015), whose lightness grows evenly, so that it is read in
 * greyscale and with colour-vision deficiencies too. One ramp on page and paper.
 */
const stops = ['#440154', '#482878', '#3e4989', '#31688e', '#26828e', '#1f9e89', '#35b779', '#6ece58', '#b5de2b', '#fde725'] as const

/** Cells without a value. */
export const noValueColour = '#c9c9c9'

/** Values that the ends of the ramp stand for; what lies beyond takes an end's colour. */
export interface ValueScale {
  readonly min: number
  /** Above `min`; both above 0 where the scale is logarithmic. */
  readonly max: number
  readonly logarithmic: boolean
}

/** Finds where a value lies between the ends of a scale, 0 to 1. */
export function positionOn({ min, max, logarithmic }: ValueScale, value: number): number {
  const share = logarithmic ? Math.log(Math.max(value, min) / min) / Math.log(max / min) : (value - min) / (max - min)
  return Math.min(1, Math.max(0, share))
}

/** @param share 0 for the low end, 1 for the high end @returns #rrggbb */
export function rampColour(share: number): string {
  const position = Math.min(1, Math.max(0, share)) * (stops.length - 1)
  const low = Math.min(stops.length - 2, Math.floor(position))
  return mixColours(stops[low]!, stops[low + 1]!, position - low)
}

/** Gives a value its colour, #rrggbb; null, what is no number, is grey. */
export function valueColour(scale: ValueScale, value: number | null): string {
  return value === null || !Number.isFinite(value) ? noValueColour : rampColour(positionOn(scale, value))
}

/** Gives the colour of a line on paper or on a page's ground, which the ramp's end nearest to the ground would not be seen on. */
export function contourColour(scale: ValueScale, value: number, theme: 'light' | 'dark'): string {
  const share = positionOn(scale, value)
  return rampColour(theme === 'light' ? 0.8 * share : 0.25 + 0.75 * share)
}
