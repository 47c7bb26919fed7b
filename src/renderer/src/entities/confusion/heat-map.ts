import { type Confusion, confusionMatrix } from '../../../../common/results/confusion.ts'

/** More classes than this are too small to see: the table of errors tells the worst. */
export const mostMapClasses = 200
/** Side of a map without names, pixels. */
const sideWithoutNames = 600

/** How large a map's cells are and what stands in and beside them. */
export interface MapSizes {
  /** Side of a cell, pixels. */
  readonly cell: number
  /** Pixels. */
  readonly fontSize: number
  /** Whether each cell says how many images it stands for. */
  readonly numbers: boolean
  /** How names stand above the columns; none where they would lie on each other. */
  readonly names: 'slanted' | 'upright' | 'none'
}

/** The more classes, the smaller their cells, down to specks that show where a network confuses much. */
export function mapSizes(classes: number): MapSizes {
  if (classes <= 12) return { cell: 34, fontSize: 12, numbers: true, names: 'slanted' }
  if (classes <= 25) return { cell: 18, fontSize: 12, numbers: false, names: 'slanted' }
  if (classes <= 50) return { cell: 12, fontSize: 11, numbers: false, names: 'upright' }
  return { cell: Math.max(3, Math.floor(sideWithoutNames / classes)), fontSize: 0, numbers: false, names: 'none' }
}

export interface HeatCell {
  readonly row: number
  readonly column: number
  /** What stands in it: images, or how many more they are than another network's. */
  readonly label: string
  /** 0 to 100: how strongly the cell is tinted. */
  readonly tint: number
  /** Which colour it is tinted in; the diagonal, which is no error, in none. */
  readonly tone: 'bad' | 'accent' | 'none'
  readonly title: string
}

export interface HeatMap {
  readonly cells: readonly HeatCell[]
  /** Largest share of a class's images, 0 to 1, that were taken for one other class; of a difference, by which two networks differ. */
  readonly largestShare: number
}

/**
 * Cells of a confusion matrix with images in them. The tint goes by the square root of the share of the label's images, so that rare
 * confusions are seen beside frequent ones.
 */
export function heatMap(confusion: Pick<Confusion, 'classes' | 'counts'>): HeatMap {
  const { classes, counts } = confusion
  const totals = confusionMatrix(confusion).map((images) => images.reduce((sum, count) => sum + count, 0))
  const share = ([label, , images]: readonly [number, number, number]): number => images / totals[label]!
  const largestShare = Math.max(0, ...counts.filter(([label, predicted]) => label !== predicted).map(share))
  const cells = counts.map((count): HeatCell => {
    const [row, column, images] = count
    const right = row === column
    const title = `${classes[row]!}, taken for ${right ? 'what it is' : classes[column]!}: ${images} of ${totals[row]!} images`
    const tint = right ? 0 : Math.round(100 * Math.sqrt(share(count) / largestShare))
    return { row, column, label: String(images), tint, tone: right ? 'none' : 'bad', title }
  })
  return { cells, largestShare }
}

/**
 * Cells in which two confusion matrices of the same images differ, tinted by the difference of their shares: bad where this network
 * confuses more images or gets fewer right, accent where it is the other way round.
 */
export function differenceMap(confusion: Pick<Confusion, 'classes' | 'counts'>, others: Confusion['counts']): HeatMap {
  const { classes } = confusion
  const [here, there] = [confusionMatrix(confusion), confusionMatrix({ classes, counts: others })]
  const totals = here.map((images) => images.reduce((sum, count) => sum + count, 0))
  const differing = here.flatMap((images, row) =>
    images.flatMap((count, column) => {
      const more = count - there[row]![column]!
      return more === 0 ? [] : [{ row, column, count, more, share: Math.abs(more) / totals[row]! }]
    }),
  )
  const largestShare = Math.max(0, ...differing.map(({ share }) => share))
  const cells = differing.map(({ row, column, count, more, share }): HeatCell => {
    const right = row === column
    const taken = right ? 'what it is' : classes[column]!
    const title = `${classes[row]!}, taken for ${taken}: ${count} of ${totals[row]!} images, the other ${count - more}`
    const label = `${more > 0 ? '+' : '−'}${Math.abs(more)}`
    return {
      row,
      column,
      label,
      tint: Math.round(100 * Math.sqrt(share / largestShare)),
      tone: more > 0 === right ? 'accent' : 'bad',
      title,
    }
  })
  return { cells, largestShare }
}
