/** Fonts that print well and are there on every system; the first one found is used. */
export const fontFamily = 'Inter, "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif'

export const ink = '#1f2328'
export const quiet = '#6e7781'
export const paperGrey = '#8c959f'

/** As in the paper: training dashed and thin, test solid and bold. */
export const trainLine = { strokeWidth: 1, strokeDasharray: '3,2.5' } as const
export const testLine = { strokeWidth: 2 } as const

/** Below this width (px) panels are stacked and labels shortened. */
export const narrow = 480

/** "6.97": percent of a fraction, for labels and tables. */
export function percent(fraction: number, digits = 2): string {
  return (fraction * 100).toFixed(digits)
}

/**
 * Moves labels apart that would overlap, as little as possible, keeping their order.
 * @param positions wanted places in px, any order
 * @returns places at least `distance` px apart and inside [low, high] where they fit
 */
export function spread(positions: readonly number[], distance: number, low: number, high: number): number[] {
  const order = positions.map((_, index) => index).sort((a, b) => positions[a]! - positions[b]!)
  const placed = order.map((index) => Math.min(Math.max(positions[index]!, low), high))
  // Few labels: a fixed number of relaxations is plenty and always ends.
  for (let round = 0; round < 200; round++) {
    for (let i = 1; i < placed.length; i++) {
      const overlap = distance - (placed[i]! - placed[i - 1]!)
      if (overlap <= 0) continue
      placed[i - 1] = Math.max(low, placed[i - 1]! - overlap / 2)
      placed[i] = Math.min(high, placed[i]! + overlap / 2)
    }
  }
  const result = new Array<number>(positions.length)
  order.forEach((index, i) => (result[index] = placed[i]!))
  return result
}
