import { colourTicks } from '../../common/export/map-axis.ts'
import type { MapFigure, MapPanel } from '../../common/export/map-figure.ts'
import { positionOn, rampColour } from '../../common/analysis/value-ramp.ts'
import { ink, type Look, lookOf } from './figure-style.ts'
import { textWidth } from './fonts.ts'
import { drawMapPanel } from './map-panel.ts'
import { composeFigure, type PositionedPlot } from './svg-figure.ts'
import { textElement, uprightText } from './svg-text.ts'

/** Between panels, and from the last one to the scale of colours, pixels. */
const gap = 12
/** Width of the scale of colours, and of what stands beside it at most. */
const bar = { width: 11, gap: 14 }
const narrowest = 84
const widest = 300

/** Draws heat maps as SVG: square panels, one scale of colours at their right. Every heat map is drawn here, the page's too. */
export function mapFigure(figure: MapFigure): string {
  const look = lookOf(figure.width)
  const barRoom = bar.gap + bar.width + 6 + barWordsWidth(figure, look)
  const { columns, side, lefts } = layOut(figure, look, barRoom)
  const titleHeight = figure.panels.some(({ title }) => title) ? Math.round(look.panelTitle * 1.5) : 4
  const rowHeight = titleHeight + side + look.axisHeight + look.axisTitleHeight + 4
  const plots = figure.panels.map((panel, index): PositionedPlot => {
    const [row, column] = [Math.floor(index / columns), index % columns]
    const svg = drawMapPanel(panel, { figure, look, side, leftNumbers: hasOwnAxis(figure.panels, index, columns) })
    return { left: lefts[column]!, top: titleHeight + row * rowHeight, svg }
  })
  const rows = Math.ceil(figure.panels.length / columns)
  const scale = { left: lefts[columns - 1]! + side + bar.gap, top: titleHeight, svg: colourBar(figure, look, side) }
  return composeFigure({
    width: figure.width,
    title: figure.title,
    subtitle: figure.subtitle,
    show: figure.show,
    legend: [],
    plots: [...plots, scale],
    plotHeight: rows * rowHeight,
  })
}

interface Layout {
  readonly columns: number
  /** Of a panel, pixels. */
  readonly side: number
  /** Where the panels of each column begin, pixels. */
  readonly lefts: readonly number[]
}

/** Finds as many columns as stay wide enough to be read. */
function layOut({ width, panels, columns: wanted }: MapFigure, look: Look, barRoom: number): Layout {
  const count = panels.length
  const axes = (columns: number): number[] =>
    Array.from({ length: columns }, (_, column) =>
      panels.some((_panel, index) => index % columns === column && hasOwnAxis(panels, index, columns)) ? axisRoom(panels, look) : gap,
    )
  const sideOf = (columns: number): number =>
    Math.floor((width - look.margin - barRoom - axes(columns).reduce((sum, room) => sum + room, 0)) / columns)
  let columns = Math.min(count, wanted ?? (count <= 3 ? count : count === 4 ? 2 : 3))
  while (columns > 1 && sideOf(columns) < narrowest) columns--
  const side = Math.min(widest, sideOf(columns))
  let left = 0
  const lefts = axes(columns).map((room) => {
    const start = left + room
    left = start + side
    return start
  })
  return { columns, side, lefts }
}

/** Whether a panel's vertical axis is another than that of the panel at its left. */
function hasOwnAxis(panels: readonly MapPanel[], index: number, columns: number): boolean {
  if (index % columns === 0) return true
  return JSON.stringify(panels[index]!.y) !== JSON.stringify(panels[index - 1]!.y)
}

/** Room for the longest named mark, or for usual numbers, and for the axis title. */
function axisRoom(panels: readonly MapPanel[], look: Look): number {
  const named = panels.flatMap(({ y }) => (y.ticks ?? []).map(({ label }) => textWidth(label, look.tick)))
  return Math.ceil(Math.max(look.axisWidth, ...named.map((room) => room + 1.4 * look.tick + 12)))
}

function barWordsWidth({ colour }: MapFigure, look: Look): number {
  return Math.ceil(Math.max(...colourTicks(colour, 6).map(({ label }) => textWidth(label, look.tick))) + 1.5 * look.label)
}

/** Draws the scale of colours with its marks and its title from below to above. */
function colourBar({ colour }: MapFigure, look: Look, height: number): string {
  const steps = 64
  const strip = Array.from({ length: steps }, (_, index) => {
    const y = height * (1 - (index + 1) / steps)
    const size = `width="${bar.width}" height="${(height / steps + 0.4).toFixed(2)}"`
    return `<rect x="0" y="${y.toFixed(2)}" ${size} fill="${rampColour((index + 0.5) / steps)}"/>`
  })
  const ticks = colourTicks(colour, Math.max(2, Math.min(6, Math.floor(height / 24)))).map(({ at, label }) => {
    const y = height * (1 - positionOn(colour, at))
    return (
      `<path d="M${bar.width},${y.toFixed(2)}h3" stroke="${ink}"/>` +
      textElement(bar.width + 5, y + look.tick * 0.35, label, `font-size="${look.tick}" text-anchor="start"`)
    )
  })
  const words = Math.max(0, ...colourTicks(colour, 6).map(({ label }) => textWidth(label, look.tick)))
  const x = bar.width + 7 + words + look.label
  return [
    ...strip.reverse(),
    `<rect x="0" y="0" width="${bar.width}" height="${height}" fill="none" stroke="${ink}" stroke-opacity="0.35"/>`,
    ...ticks,
    uprightText(x, height / 2, colour.title, `font-size="${look.label}" text-anchor="middle"`),
  ].join('')
}
