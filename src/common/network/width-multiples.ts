/** Widest stage of any architecture, channels. */
const mostChannels = 4096
/** Largest multiple of the usual widths. */
export const largestWidthMultiple = 64

/** A multiple of the usual widths, channels of each stage; null where these would not be whole numbers from 1 to 4096. */
export function multipliedWidths(usual: readonly number[], multiple: number): number[] | null {
  const widths = usual.map((width) => multiple * width)
  const whole = widths.map(Math.round)
  const areWhole = whole.every((width, stage) => Math.abs(width - widths[stage]!) < 1e-9 && width >= 1 && width <= mostChannels)
  return areWhole ? whole : null
}

/** Why a multiple of the usual widths cannot be taken; null where it can. */
export function widthMultipleProblem(usual: readonly number[], multiple: number): string | null {
  if (multipliedWidths(usual, multiple)) return null
  const given = usual.map((width) => Number((multiple * width).toPrecision(6))).join(', ')
  return `expected a multiple that gives whole numbers from 1 to ${mostChannels}; ${multiple} times ${usual.join(', ')} is ${given}`
}

/** Reads "2", "x2", "×2", "0.5"; null for what is none. */
export function readWidthMultiple(text: string): number | null {
  const match = /^[x×]?\s*(\d+(?:\.\d+)?|\.\d+)$/i.exec(text.trim())
  const multiple = Number(match?.[1])
  return match && multiple > 0 && multiple <= largestWidthMultiple ? multiple : null
}
