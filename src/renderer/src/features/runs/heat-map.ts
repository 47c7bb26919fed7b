import { type Confusion, confusionMatrix } from '../../../../common/results/confusion.ts'

/** More classes are too small to read: the table of errors tells the worst. */
export const mostMapClasses = 50

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
