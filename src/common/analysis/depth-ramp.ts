/** From light to dark; steps of even lightness that stay apart in the common colour-vision deficiencies (after matplotlib's inferno). */
const stops = ['#f08a24', '#e0603a', '#bc3754', '#932667', '#6a176e', '#420a68', '#1b0c3f'] as const

/** One ordered colour for each depth, dark for deep. A single depth gets a dark one. */
export function depthRamp(depths: readonly number[]): Map<number, string> {
  const ordered = [...new Set(depths)].sort((a, b) => a - b)
  return new Map(ordered.map((depth, index) => [depth, rampColour(ordered.length === 1 ? 0.85 : index / (ordered.length - 1))]))
}

/** @param position 0 (light) to 1 (dark) */
function rampColour(position: number): string {
  const scaled = position * (stops.length - 1)
  const index = Math.min(stops.length - 2, Math.floor(scaled))
  const fraction = scaled - index
  const [from, to] = [channels(stops[index]!), channels(stops[index + 1]!)]
  const mixed = from.map((value, channel) => Math.round(value + (to[channel]! - value) * fraction))
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16))
}
