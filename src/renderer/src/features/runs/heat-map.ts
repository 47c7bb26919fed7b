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
  readonly images: number
  /** 0 to 100: how strongly the cell is tinted; the diagonal, which is no error, is not. */
  readonly tint: number
  readonly title: string
}

export interface HeatMap {
  readonly cells: readonly HeatCell[]
  /** Largest share of a class's images that were taken for one other class, 0 to 1. */
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
  const cells = counts.map((count) => {
    const [row, column, images] = count
    const right = row === column
    const title = `${classes[row]!}, taken for ${right ? 'what it is' : classes[column]!}: ${images} of ${totals[row]!} images`
    return { row, column, images, tint: right ? 0 : Math.round(100 * Math.sqrt(share(count) / largestShare)), title }
  })
  return { cells, largestShare }
}
