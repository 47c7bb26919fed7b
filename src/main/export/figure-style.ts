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
  /** Width of the margin beside the outermost parts. */
  readonly margin: number
  /** Width from the left edge to the first panel's axis: room for its numbers and title. */
  readonly axisWidth: number
  /** Height below a panel for numbers, and below these for the axis title. */
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
 * @param positions wanted positions in px, any order
 * @returns positions at least `distance` px apart and inside [low, high] where they fit
 */
export function spread(positions: readonly number[], distance: number, low: number, high: number): number[] {
  const order = positions.map((_, index) => index).sort((a, b) => positions[a]! - positions[b]!)
  const spaced = order.map((index) => between(positions[index]!, low, high))
  // Few labels: a fixed number of relaxations is plenty and always ends.
  for (let round = 0; round < 200; round++) {
    for (let i = 1; i < spaced.length; i++) {
      const overlap = distance - (spaced[i]! - spaced[i - 1]!)
      if (overlap <= 0) continue
      spaced[i - 1] = Math.max(low, spaced[i - 1]! - overlap / 2)
      spaced[i] = Math.min(high, spaced[i]! + overlap / 2)
    }
  }
  const result = new Array<number>(positions.length)
  order.forEach((index, i) => (result[index] = spaced[i]!))
  return result
}
