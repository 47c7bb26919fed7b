import { dark } from './theme.ts'

/**
 * One ordered ramp for depth: hue from ochre to violet, lightness falling, so that "dark = deep" holds and neighbours
 * differ for colour-blind eyes too. The stops keep 3:1 against their theme's panel.
 */
const light = ['#b58100', '#4f8f2f', '#00857a', '#1f6fb5', '#5046a8', '#3b1361']
const night = ['#f4d35e', '#9ad36a', '#4cc9b0', '#5aa9f0', '#8f8bf0', '#a86fd6']

/** @param rank 0 for the shallowest of `total` depths */
export function depthColor(rank: number, total: number): string {
  const stops = dark.value ? night : light
  const place = total <= 1 ? 0.55 * (stops.length - 1) : (rank / (total - 1)) * (stops.length - 1)
  const low = Math.floor(place)
  return mix(stops[low]!, stops[Math.min(low + 1, stops.length - 1)]!, place - low)
}

function mix(a: string, b: string, share: number): string {
  const channel = (at: number): string => {
    const from = parseInt(a.slice(at, at + 2), 16)
    const to = parseInt(b.slice(at, at + 2), 16)
    return Math.round(from + (to - from) * share).toString(16).padStart(2, '0')
  }
  return `#${channel(1)}${channel(3)}${channel(5)}`
}
