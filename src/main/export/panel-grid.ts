import { type Figure, xTitleOf } from '../../common/export/figure.ts'
import type { Look } from './figure-style.ts'

/** Where the axes of a panel lie, pixels from the upper left corner of all panels. */
export interface PanelCell {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** Panels share their axes: numbers stand at the left of a row and at the bottom of a column. */
  readonly leftNumbers: boolean
  readonly bottomNumbers: boolean
  readonly bottomTitle: boolean
}

export interface PanelGrid {
  readonly cells: readonly PanelCell[]
  readonly height: number
}

const gap = 8

/**
 * Lays panels out in a grid: as many in a row as their number asks for and as stay wide enough to be read.
 * @param labelRoom right of each panel, for names of lines
 * @param titleHeight above each panel
 */
export function panelGrid({ width, panels, columns: wanted, x }: Figure, look: Look, labelRoom: number, titleHeight: number): PanelGrid {
  const count = panels.length
  const axesWidth = (columns: number): number =>
    Math.floor((width - look.axisWidth - columns * labelRoom - (columns - 1) * gap - look.margin / 2) / columns)
  const narrowest = look.compact ? 88 : 120
  let columns = Math.min(count, wanted ?? (count <= 3 ? count : count === 4 ? 2 : 3))
  while (columns > 1 && axesWidth(columns) < narrowest) columns--
  const rows = Math.ceil(count / columns)
  const axes = { width: axesWidth(columns), height: axesHeight(axesWidth(columns), rows, columns, look) }
  const cells: PanelCell[] = []
  let top = 0
  for (let row = 0; row < rows; row++) {
    const members = panels.slice(row * columns, (row + 1) * columns)
    const below = (column: number) => panels[(row + 1) * columns + column]
    const titled = members.some((panel, column) => !below(column) || xTitleOf({ x }, panel) !== xTitleOf({ x }, below(column)!))
    const numbered = titled || members.some((_, column) => !below(column))
    members.forEach((panel, column) => {
      const last = !below(column)
      const ownTitle = last || xTitleOf({ x }, panel) !== xTitleOf({ x }, below(column)!)
      cells.push({
        ...axes,
        left: look.axisWidth + column * (axes.width + labelRoom + gap),
        top: top + titleHeight,
        leftNumbers: column === 0,
        bottomNumbers: ownTitle,
        bottomTitle: ownTitle,
      })
    })
    top += titleHeight + axes.height + (numbered ? look.axisHeight : 4) + (titled ? look.axisTitleHeight : 0) + (row < rows - 1 ? 6 : 0)
  }
  return { cells, height: Math.ceil(top + look.margin / 2) }
}

/** Computes the height of the axes: panels are wider than high; alone they may be larger. */
function axesHeight(width: number, rows: number, columns: number, { compact }: Look): number {
  const most = rows > 1 ? (compact ? 120 : 180) : columns === 1 ? 300 : 280
  const least = compact ? 96 : 140
  return Math.round(Math.min(most, Math.max(least, width * (columns === 1 ? 0.6 : 0.85))))
}
