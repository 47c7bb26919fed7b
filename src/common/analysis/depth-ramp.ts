import { channelsOf, mixColours } from './hex-colour.ts'

/**
 * Gives each depth its colour, in charts and figures alike. The colour is a function of the depth alone, so that 14 layers look
 * the same in every sweep, list and figure. Hues run from amber to violet on either ground; contrast against the ground grows
 * with depth, so that the deepest net is the strongest line. Neighbours among the usual depths stay apart in greyscale and in
 * the common colour-vision deficiencies, and every colour has 3:1 against its ground.
 */
const stops = {
  light: ['#c18100', '#c84f42', '#b4072a', '#76024b', '#36124a', '#0f004e'],
  dark: ['#896200', '#c16e54', '#f15873', '#f072b5', '#c2b0ff', '#e9edfe'],
} as const
export type RampTheme = keyof typeof stops

/** Grounds that text stands on: page, panel and sunken field. */
const grounds = { light: ['#f7f7f5', '#ffffff', '#efefec'], dark: ['#151619', '#1b1c20', '#24262b'] } as const

/** Contrast of text that WCAG 2.2 AA asks for, with room for rounding. */
const textContrast = 4.55

/** Depths at the start and in the middle of the ramp, and how fast it runs there: most of it is for 8 to 110 layers. */
const shallowest = 6
const middle = 33
const slope = 1.5

/** @param layers 1 or more @returns #rrggbb */
export function depthColor(layers: number, theme: RampTheme): string {
  const colours = stops[theme]
  const position = rampPosition(layers) * (colours.length - 1)
  const low = Math.min(colours.length - 2, Math.floor(position))
  return mixColours(colours[low]!, colours[low + 1]!, position - low)
}

/**
 * Brings a colour as far from the grounds of a theme as text needs it (4.5:1), keeping its hue.
 * @param colour #rrggbb; returned as it is where it can be read
 */
export function labelColor(colour: string, theme: RampTheme): string {
  const towards = theme === 'light' ? '#000000' : '#ffffff'
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = mixColours(colour, towards, share)
    if (grounds[theme].every((ground) => contrast(mixed, ground) >= textContrast)) return mixed
  }
  return towards
}

/** Maps a depth to the ramp: 0 for the shallowest networks, towards 1 for the deepest. */
function rampPosition(layers: number): number {
  const raw = (depth: number): number => depth ** slope / (depth ** slope + middle ** slope)
  const start = raw(shallowest)
  return Math.max(0, (raw(layers) - start) / (1 - start))
}

/** Computes the contrast of two colours, 1 to 21, as WCAG 2.2 defines it. */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high! + 0.05) / (low! + 0.05)
}

function luminance(colour: string): number {
  const [red, green, blue] = channelsOf(colour).map((value) =>
    value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
