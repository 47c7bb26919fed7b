import { isolines } from '../../common/analysis/isolines.ts'
import { contourColour, valueColour } from '../../common/analysis/value-ramp.ts'
import { numberLabel, positionAlong, ticksAlong } from '../../common/export/map-axis.ts'
import type { MapAxis, MapFigure, MapPanel } from '../../common/export/map-figure.ts'
import { ink, type Look } from './figure-style.ts'
import { textWidth } from './fonts.ts'
import { textElement, uprightText } from './svg-text.ts'

export interface MapPanelDrawing {
  readonly figure: MapFigure
  readonly look: Look
  /** Of the square, pixels. */
  readonly side: number
  /** Whether numbers and title stand at the left: panels beside each other share an axis. */
  readonly leftNumbers: boolean
}

const round = (value: number): string => String(Number(value.toFixed(2)))

/** Draws a panel with its upper left corner at the origin; axes and title stand around it. */
export function drawMapPanel(panel: MapPanel, drawing: MapPanelDrawing): string {
  const { figure, look, side } = drawing
  const cells = { columns: panel.values[0]!.length, rows: panel.values.length }
  const x = (value: number): number => (positionAlong(panel.x, cells.columns, value) / cells.columns) * side
  const y = (value: number): number => side - (positionAlong(panel.y, cells.rows, value) / cells.rows) * side
  return [
    panel.title ? textElement(0, -6, panel.title, `font-size="${look.panelTitle}" font-weight="600" text-anchor="start"`) : '',
    figure.filled ? colouredCells(panel, figure, side) : '',
    ...panel.x.borders.map((at) => border(`M${round(x(at))},0V${side}`)),
    ...panel.y.borders.map((at) => border(`M0,${round(y(at))}H${side}`)),
    contours(panel, drawing),
    ...panel.marks.map((mark) => cross(x(mark.x), y(mark.y))),
    `<rect aria-label="frame" x="0" y="0" width="${side}" height="${side}" fill="none" stroke="${ink}" stroke-opacity="0.35"/>`,
    bottomAxis(panel.x, x, drawing),
    leftAxis(panel.y, y, drawing),
  ].join('')
}

/** Draws equally coloured neighbours of a row as one; a little larger than they are, so that no gap shines through. */
function colouredCells({ values }: MapPanel, { colour }: MapFigure, side: number): string {
  const height = side / values.length
  const drawn = values.flatMap((row, index) => {
    const width = side / row.length
    const colours = row.map((value) => valueColour(colour, value))
    const top = side - (index + 1) * height
    const rects: string[] = []
    for (let start = 0, end = 1; start < row.length; start = end++) {
      while (end < row.length && colours[end] === colours[start]) end++
      const right = Math.min(side, end * width + 0.3)
      rects.push(
        `<rect x="${round(start * width)}" y="${round(top)}" width="${round(right - start * width)}" ` +
          `height="${round(Math.min(side - top, height + 0.3))}" fill="${colours[start]}"/>`,
      )
    }
    return rects
  })
  return `<g aria-label="cells" stroke="none" shape-rendering="crispEdges">${drawn.join('')}</g>`
}

function border(path: string): string {
  return `<path d="${path}" fill="none" stroke="white" stroke-opacity="0.7" stroke-width="0.75"/>`
}

function cross(x: number, y: number): string {
  const path = `<path d="M-4,0H4M0,-4V4" transform="translate(${round(x)},${round(y)})" fill="none"`
  return `${path} stroke="white" stroke-width="3"/>${path} stroke="${ink}" stroke-width="1.25"/>`
}

interface Point {
  readonly x: number
  readonly y: number
}

/** Draws the lines of equal value, each level named once where its longest line has most room; names lie above all lines. */
function contours({ values }: MapPanel, { figure, look, side }: MapPanelDrawing): string {
  const [columns, rows] = [values[0]!.length, values.length]
  const taken: Point[] = []
  const drawn = figure.levels.map((level): { path: string; name: string } => {
    const lines = isolines(values, level, figure.colour.logarithmic).map((line) =>
      line.map((point) => ({ x: ((point.x + 0.5) / columns) * side, y: side - ((point.y + 0.5) / rows) * side })),
    )
    if (lines.length === 0) return { path: '', name: '' }
    const colour = figure.filled ? '#ffffff' : contourColour(figure.colour, level, 'light')
    const d = lines.map((line) => `M${line.map((point) => `${round(point.x)},${round(point.y)}`).join('L')}`).join('')
    const path = `<path aria-label="contour" d="${d}" fill="none" stroke="${colour}" stroke-width="${figure.filled ? 0.75 : 1.25}"/>`
    const longest = lines.reduce((best, line) => (line.length > best.length ? line : best))
    const at = longest.length < 8 ? null : roomiest(longest, taken, side)
    if (!at) return { path, name: '' }
    taken.push(at)
    return { path, name: contourName(at, numberLabel(level), look.tick - 1.5) }
  })
  return [...drawn.map(({ path }) => path), ...drawn.map(({ name }) => name)].join('')
}

/** A contour's value on a plate, which parts the line and can be read on any colour. */
function contourName({ x, y }: Point, label: string, size: number): string {
  const [width, height] = [textWidth(label, size) + 4, size + 2]
  const [left, top] = [x - width / 2, y - height / 2]
  return (
    `<rect aria-label="contour name" x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" rx="2" ` +
    'fill="white" fill-opacity="0.85"/>' +
    textElement(x, y + size * 0.35, label, `font-size="${size}" text-anchor="middle" fill="${ink}"`)
  )
}

/** Finds where a name is farthest from those before it and from the frame; null where it would touch one. */
function roomiest(line: readonly Point[], taken: readonly Point[], side: number): Point | null {
  let best: { point: Point; room: number } | null = null
  for (const point of line) {
    // Names are wider than high.
    const apart = taken.map((other) => Math.max(Math.abs(other.x - point.x) / 34, Math.abs(other.y - point.y) / 14))
    const fromFrame = Math.min(point.x / 18, (side - point.x) / 18, point.y / 10, (side - point.y) / 10)
    const room = Math.min(fromFrame, ...apart)
    if (room > 1 && (!best || room > best.room)) best = { point, room }
  }
  return best?.point ?? null
}

function bottomAxis(axis: MapAxis, x: (value: number) => number, { look, side }: MapPanelDrawing): string {
  let right = -Infinity
  const ticks = ticksAlong(axis, Math.max(2, Math.min(6, Math.floor(side / 38)))).map(({ at, label }) => {
    const [left, half] = [x(at), textWidth(label, look.tick) / 2]
    const mark = `<path d="M${round(left)},${side}v3" stroke="${ink}" stroke-opacity="0.6"/>`
    if (left - half < right + 4) return mark
    right = left + half
    return mark + textElement(left, side + look.tick + 4, label, `font-size="${look.tick}" text-anchor="middle"`)
  })
  const title = textElement(
    side / 2,
    side + look.axisHeight + look.axisTitleHeight - 4,
    axis.title,
    `font-size="${look.tick}" text-anchor="middle"`,
  )
  return ticks.join('') + title
}

function leftAxis(axis: MapAxis, y: (value: number) => number, { look, side, leftNumbers }: MapPanelDrawing): string {
  if (!leftNumbers) return ''
  let above = Infinity
  let widest = 0
  const ticks = ticksAlong(axis, Math.max(2, Math.min(6, Math.floor(side / 34)))).map(({ at, label }) => {
    const top = y(at)
    const mark = `<path d="M0,${round(top)}h-3" stroke="${ink}" stroke-opacity="0.6"/>`
    if (top > above - look.tick - 1) return mark
    above = top
    widest = Math.max(widest, textWidth(label, look.tick))
    return mark + textElement(-6, top + look.tick * 0.35, label, `font-size="${look.tick}" text-anchor="end"`)
  })
  return (
    ticks.join('') + uprightText(-(widest + 10 + look.tick * 0.3), side / 2, axis.title, `font-size="${look.tick}" text-anchor="middle"`)
  )
}
