import { labelColor } from '../../common/analysis/depth-ramp.ts'

/** Fonts that print well and are there on every system; the first one found is used. */
export const fontFamily = 'Inter, "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif'

export const ink = '#1f2328'
export const quiet = '#646c76'
export const paperGrey = '#8c959f'
/** Words in `paperGrey` that can be read. */
export const paperGreyWords = labelColor(paperGrey, 'light')

export const dashes = '3,2.5'

/** Sizes of letters and the like, pixels. */
export interface Look {
  readonly compact: boolean
  readonly title: number
  readonly subtitle: number
  readonly panelTitle: number
  readonly tick: number
  readonly label: number
  /** Beside the outermost parts. */
  readonly margin: number
  /** From the left edge to the first panel's axis: its numbers and its title. */
  readonly axisWidth: number
  /** Below a panel with numbers, and for the axis title below these. */
  readonly axisHeight: number
  readonly axisTitleHeight: number
}

const usual: Look = {
  compact: false,
  title: 14,
  subtitle: 11,
  panelTitle: 12,
  tick: 11,
  label: 11,
  margin: 12,
  axisWidth: 52,
  axisHeight: 20,
  axisTitleHeight: 18,
}
/** A single column of print: 9.5 px are 7 points. */
const single: Look = {
  compact: true,
  title: 12,
  subtitle: 9.5,
  panelTitle: 10.5,
  tick: 9.5,
  label: 9.5,
  margin: 6,
  axisWidth: 40,
  axisHeight: 17,
  axisTitleHeight: 15,
}

export function lookOf(width: number): Look {
  return width < 480 ? single : usual
}

const between = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

/**
 * Moves labels apart that would overlap, as little as possible, keeping their order.
 * @param positions wanted places in px, any order
 * @returns places at least `distance` px apart and inside [low, high] where they fit
 */
export function spread(positions: readonly number[], distance: number, low: number, high: number): number[] {
  const order = positions.map((_, index) => index).sort((a, b) => positions[a]! - positions[b]!)
  const placed = order.map((index) => between(positions[index]!, low, high))
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
