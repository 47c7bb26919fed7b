/**
 * One ordered ramp for depth, for charts and figures alike: lightness falls from stop to stop ("dark = deep"), hues run from
 * amber to violet, neighbours stay apart in the common colour-vision deficiencies, and every colour has 3:1 against its ground.
 */
const stops = {
  light: ['#d2780a', '#cf4f2f', '#b52d5e', '#85237a', '#4d1d75', '#1a0f45'],
  dark: ['#fdeeb0', '#fcc163', '#f68f5f', '#e2627a', '#b757ad', '#8a5fd6'],
} as const
export type RampTheme = keyof typeof stops

/** A single depth gets a colour from the middle of the ramp, which stands out on either ground. */
const alone = 0.55

/** @param rank 0 for the shallowest of `total` depths */
export function depthColor(rank: number, total: number, theme: RampTheme): string {
  const position = (total <= 1 ? alone : rank / (total - 1)) * (stops[theme].length - 1)
  const low = Math.min(stops[theme].length - 2, Math.floor(position))
  return mix(stops[theme][low]!, stops[theme][low + 1]!, position - low)
}

/** The colour of each depth on paper. */
export function depthRamp(depths: readonly number[]): Map<number, string> {
  const ordered = [...new Set(depths)].sort((a, b) => a - b)
  return new Map(ordered.map((depth, rank) => [depth, depthColor(rank, ordered.length, 'light')]))
}

function mix(from: string, to: string, share: number): string {
  const channel = (at: number): string => {
    const [a, b] = [from, to].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16))
    return Math.round(a! + (b! - a!) * share).toString(16).padStart(2, '0')
  }
  return `#${channel(1)}${channel(3)}${channel(5)}`
}
