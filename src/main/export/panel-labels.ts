import type { Figure, FigureLine, FigurePanel } from '../../common/export/figure.ts'
import { labelColor } from '../../common/analysis/depth-ramp.ts'
import { type Look, paperGreyWords, spread } from './figure-style.ts'
import { textWidth } from './fonts.ts'
import { type Box, type Dot, far, positionLabels } from './label-positions.ts'
import { rimmedText } from './svg-text.ts'
import type { Scale } from './svg-figure.ts'

/** A name in the units of the axes. */
export interface PanelLabel {
  readonly x: number
  readonly y: number
  readonly label: string
  readonly colour: string
  /** Whether the name stands in the margin beside the panel, where its line leaves or ends. */
  readonly atEdge: boolean
}

export interface DrawnScales {
  readonly x: Scale
  readonly y: Scale
  /** The axes' rectangle. */
  readonly frame: Box
  /** Right of the frame. */
  readonly labelRoom: number
}

const edgeShare = 0.06
/** Distance from the frame to a name in the margin; a thin line leads there where the name had to move. */
const edgeGap = 6

export function lineHeightOf({ label }: Look): number {
  return Math.round(label * 1.18)
}

/**
 * Finds the names of lines where they leave the panel or end in it, and of published levels at the right edge; lines out of sight have
 * none.
 */
export function panelLabels(panel: FigurePanel, { x, y }: Figure): PanelLabel[] {
  const inSight = (value: number): boolean => value >= y.min && value <= y.max
  const span = (value: number): number =>
    x.logarithmic ? Math.log(value / x.min) / Math.log(x.max / x.min) : (value - x.min) / (x.max - x.min)
  const lines = panel.lines.flatMap((one): PanelLabel[] => {
    const end = one.endLabel ? endInSight(one, x) : null
    if (!end || !inSight(end.y)) return []
    return [
      {
        ...end,
        label: `${one.endLabel}${one.diverged ? ' ×' : ''}`,
        colour: labelColor(one.colour, 'light'),
        atEdge: !one.dots && span(end.x) > 1 - edgeShare,
      },
    ]
  })
  return [
    ...lines,
    ...panel.levels
      .filter((level) => inSight(level.y))
      .map((level) => ({ x: x.max, y: level.y, label: level.label, colour: paperGreyWords, atEdge: true })),
  ]
}

/** Finds the line's last value in the range of x, or where it crosses the right edge; null when it has none. */
function endInSight({ x: xs, y: ys }: FigureLine, { min, max }: Figure['x']): { x: number; y: number } | null {
  const index = xs.findLastIndex((at, point) => at <= max && Number.isFinite(ys[point] ?? NaN))
  const [x, y, nextX, nextY] = [xs[index], ys[index], xs[index + 1], ys[index + 1]]
  if (x === undefined || y === null || y === undefined) return null
  if (nextX !== undefined && nextX > max && nextY !== null && nextY !== undefined)
    return { x: max, y: y + ((max - x) / (nextX - x)) * (nextY - y) }
  return x < min ? null : { x, y }
}

export interface DrawnLabels {
  readonly svg: string
  /** Names for which there was no room. */
  readonly left: readonly string[]
}

interface DrawnLabel {
  readonly lead: string
  readonly name: string
}

/** Draws the names: those of the margin moved apart, those inside where they cover least. */
export function drawLabels(
  labels: readonly PanelLabel[],
  panel: FigurePanel,
  figure: Figure,
  scales: DrawnScales,
  look: Look,
): DrawnLabels {
  const inner = labels.filter((label) => !label.atEdge)
  const positioned = innerLabels(inner, panel, figure, scales, look)
  const drawn = [
    ...edgeLabels(
      labels.filter((label) => label.atEdge),
      scales,
      look,
    ),
    ...positioned.flatMap((label) => label ?? []),
  ]
  // All leading lines lie below all names, so that none is struck through.
  return {
    svg: [...drawn.map((label) => label.lead), ...drawn.map((label) => label.name)].join(''),
    left: inner.filter((_, index) => !positioned[index]).map(({ label }) => label),
  }
}

function edgeLabels(labels: readonly PanelLabel[], { y, frame }: DrawnScales, look: Look): DrawnLabel[] {
  const wanted = labels.map((label) => y(label.y))
  const positions = spread(wanted, lineHeightOf(look), frame.top + 2, frame.bottom - 2)
  return labels.map(({ label, colour }, index) => {
    const [from, to] = [wanted[index]!, positions[index]!]
    return {
      lead: Math.abs(from - to) > 3 ? leadLine(frame.right + 1, from, frame.right + edgeGap - 1, to, colour) : '',
      name: rimmedText(frame.right + edgeGap, to + look.label * 0.35, label, { size: look.label, weight: 600, colour }),
    }
  })
}

function innerLabels(
  labels: readonly PanelLabel[],
  panel: FigurePanel,
  figure: Figure,
  scales: DrawnScales,
  look: Look,
): (DrawnLabel | null)[] {
  const { frame, labelRoom } = scales
  const dots = panel.lines.some((line) => line.dots)
  const bounds = {
    ...frame,
    right: frame.right + (dots ? 0 : labelRoom),
    left: frame.left + 2,
    top: frame.top + 1,
    bottom: frame.bottom - 1,
  }
  const height = lineHeightOf(look)
  const wanted = labels.map(({ x, y, label }) => ({ x: scales.x(x), y: scales.y(y), width: textWidth(label, look.label, 600), height }))
  const boxes = positionLabels(wanted, drawnDots(panel, figure, scales), bounds, look.compact ? 60 : 130)
  return boxes.map((box, index) => {
    const [{ label, colour }, point] = [labels[index]!, wanted[index]!]
    if (!box) return null
    const reach = { x: Math.min(box.right, Math.max(box.left, point.x)), y: Math.min(box.bottom - 2, Math.max(box.top + 2, point.y)) }
    return {
      lead: Math.hypot(reach.x - point.x, reach.y - point.y) > far ? leadLine(point.x, point.y, reach.x, reach.y, colour) : '',
      name: rimmedText(box.left, box.top + height / 2 + look.label * 0.35, label, { size: look.label, weight: 600, colour }),
    }
  })
}

function leadLine(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  const [a, b, c, d] = [x1, y1, x2, y2].map((value) => value.toFixed(1))
  return `<line x1="${a}" y1="${b}" x2="${c}" y2="${d}" stroke="${colour}" stroke-width="0.5"/>`
}

/** Lists what names should not cover: lines in steps of a few pixels, marks, and the short rules of published levels. */
function drawnDots(panel: FigurePanel, { x: { min, max } }: Figure, { x, y, frame }: DrawnScales): Dot[] {
  const dots: Dot[] = []
  for (const line of panel.lines) {
    const weight = line.dots ? 14 : line.dashed ? 0.8 : 1.2
    let last: { x: number; y: number } | null = null
    line.x.forEach((at, index) => {
      const value = line.y[index]
      const point =
        value === null || value === undefined || at < min || at > max
          ? null
          : { x: x(at), y: Math.min(frame.bottom, Math.max(frame.top, y(value))) }
      if (point && last && !line.dots) dots.push(...between(last, point, weight))
      if (point) dots.push({ ...point, weight })
      last = point
    })
  }
  for (const level of panel.levels) dots.push({ x: x(max) - 4, y: y(level.y), weight: 2 })
  return dots.filter((dot) => Number.isFinite(dot.x) && Number.isFinite(dot.y))
}

function between(from: { x: number; y: number }, to: { x: number; y: number }, weight: number): Dot[] {
  const steps = Math.floor(Math.hypot(to.x - from.x, to.y - from.y) / 4)
  return Array.from({ length: steps }, (_, index) => {
    const share = (index + 1) / (steps + 1)
    return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share, weight }
  })
}
