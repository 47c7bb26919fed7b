import { areaY, axisX, axisY, dot, frame, gridY, line, ruleX, ruleY, text, type Markish, type PlotOptions } from '@observablehq/plot'
import type { Figure, FigureLine, FigurePanel } from '../../common/export/figure.ts'
import { ink, narrow, paperGrey, quiet, spread } from './figure-style.ts'
import { composeFigure, drawPlot, type PlacedPlot, type Scale } from './svg-figure.ts'

const marginLeft = 52
const gap = 12
/** Panels beside each other are at least this wide, pixels. */
const narrowestPanel = 240
/** A generous mean of semibold 11 px, since no font can be measured here. */
const labelCharacter = 6.3

interface Label {
  readonly x: number
  readonly y: number
  readonly label: string
  readonly colour: string
}

/** A figure of lines as SVG: panels with shared axes, lines named at their ends. Every figure of curves is drawn here, the page's too. */
export function lineFigure(figure: Figure): string {
  const { width, panels } = figure
  const columns = figure.arrangement === 'below' ? 1 : Math.max(1, Math.min(panels.length, 3, Math.floor(width / narrowestPanel)))
  const rows = Math.ceil(panels.length / columns)
  const room = Math.floor((width - gap * (columns - 1)) / columns)
  const height = figure.arrangement === 'below' ? (width < narrow ? 210 : 240) : columns === 1 && rows > 1 ? 220 : Math.round(Math.min(340, Math.max(230, room * 0.85)))
  const plots = panels.map((panel, index): PlacedPlot => ({
    left: (index % columns) * (room + gap),
    top: Math.floor(index / columns) * height,
    svg: drawPanel(figure, panel, room, height, index % columns === 0),
  }))
  return composeFigure({
    width,
    title: figure.title,
    subtitle: figure.subtitle,
    legend: figure.key.map(({ label, dashed, strokeWidth, tone, band }) => ({ label, stroke: { ink, quiet, grey: paperGrey }[tone], strokeWidth, band, ...(dashed ? { strokeDasharray: '3,2.5' } : {}) })),
    plots,
    plotHeight: rows * height,
  })
}

function drawPanel(figure: Figure, panel: FigurePanel, width: number, height: number, leftmost: boolean): string {
  const { x, y } = figure
  const names = [...panel.lines.flatMap((one) => (one.endLabel ? [one.endLabel + (one.diverged ? ' ×' : '')] : [])), ...panel.levels.map((level) => level.label)]
  const longest = names.reduce((most, name) => Math.max(most, name.length), 0)
  const options: PlotOptions = {
    width,
    height,
    marginLeft,
    marginRight: Math.min(width * 0.35, 14 + longest * labelCharacter),
    marginBottom: 40,
    marginTop: panel.title ? 26 : 12,
    x: { domain: [x.min, x.max], label: null, ...(x.logarithmic ? { type: 'log' } : {}) },
    y: { domain: [y.min, y.max], label: null, ...(y.logarithmic ? { type: 'log' } : {}) },
  }
  const marks = [...axes(figure, panel, leftmost), ...panel.lines.flatMap((one) => lineMarks(one))]
  const { yScale } = drawPlot({ ...options, marks })
  const placed = placeLabels(endLabels(panel, figure), figure, yScale)
  const levels = panel.levels.map((level) => ({ y: level.y, from: x.max - (x.max - x.min) * 0.05, to: x.max }))
  return drawPlot({
    ...options,
    marks: [
      ...marks,
      ruleY(levels, { x1: 'from', x2: 'to', y: 'y', stroke: paperGrey, strokeWidth: 2, clip: true }),
      text(placed, { x: 'x', y: 'y', text: 'label', fill: 'colour', stroke: 'white', strokeWidth: 3, dx: 6, textAnchor: 'start', fontWeight: 600 }),
      ...(panel.title ? [text([panel.title], { frameAnchor: 'top-left', dy: -6, lineAnchor: 'bottom', fontSize: 12, fontWeight: 600, fill: ink })] : []),
    ],
  }).svg
}

function axes({ x, y }: Figure, panel: FigurePanel, leftmost: boolean): Markish[] {
  const span = x.max - x.min
  return [
    gridY({ stroke: ink, strokeOpacity: 0.08 }),
    frame({ stroke: ink, strokeOpacity: 0.35 }),
    axisY({ label: leftmost ? y.title : null, labelAnchor: 'center', labelArrow: 'none', labelOffset: 42, tickSize: 3, color: ink, ...(y.logarithmic ? { ticks: 4, tickFormat: 'r' } : { ticks: 6 }) }),
    axisX({ label: panel.xTitle ?? x.title, labelAnchor: 'center', labelArrow: 'none', tickSize: 3, color: ink, ...(x.ticks ? { ticks: spacedTicks(x.ticks, x), tickFormat: String } : { ticks: x.whole ? Math.min(6, Math.max(1, Math.floor(span))) : 5, ...(x.logarithmic ? { tickFormat: '~s' } : {}) }) }),
    ruleX(panel.verticals, { x: 'x', stroke: quiet, strokeOpacity: 0.5, strokeWidth: 0.75, clip: true }),
    text(panel.verticals.filter((one) => one.label), { x: 'x', text: 'label', frameAnchor: 'top', dx: 3, dy: 3, textAnchor: 'start', lineAnchor: 'top', fontSize: 9, fill: quiet }),
  ]
}

/** Ticks whose numbers do not touch: each at least a fourteenth of the axis beyond the one before. */
function spacedTicks(ticks: readonly number[], { min, max, logarithmic }: Figure['x']): number[] {
  const place = (value: number): number => (logarithmic ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min))
  const kept: number[] = []
  for (const tick of ticks) if (!kept.length || place(tick) - place(kept.at(-1)!) >= 1 / 14) kept.push(tick)
  return kept
}

function lineMarks(one: FigureLine): Markish[] {
  const rows = one.x.map((x, index) => ({ x, y: one.y[index] ?? NaN }))
  const { colour, strokeWidth } = one
  const look = { stroke: colour, strokeWidth, ...(one.dashed ? { strokeDasharray: '3,2.5' } : {}) }
  const numbers = rows.filter((row) => Number.isFinite(row.y))
  const last = numbers.at(-1)
  // A line of one value would not be seen.
  const dots = one.dots || numbers.length === 1
  return [
    ...(one.band ? [areaY(one.x, { x: one.x, y1: one.band.low.map((v) => v ?? NaN), y2: one.band.high.map((v) => v ?? NaN), fill: colour, fillOpacity: 0.16, clip: true })] : []),
    dots ? dot(rows, { x: 'x', y: 'y', clip: true, ...markLook(one) }) : line(rows, { x: 'x', y: 'y', ...look, strokeLinejoin: 'round', clip: true, ...(one.stepped ? { curve: 'step-after' as const } : {}) }),
    ...(one.diverged && last ? [dot([last], { x: 'x', y: 'y', symbol: 'times', stroke: colour, strokeWidth: 2, r: 4, clip: true })] : []),
  ]
}

/** Marks of a line of dots; anything but a plain dot is large enough for its shape to be told. */
function markLook({ shape, colour }: FigureLine): object {
  if (shape === 'circle') return { fill: colour, r: 3 }
  if (shape === 'cross') return { symbol: 'plus', stroke: colour, strokeWidth: 1.25, r: 3 }
  return { symbol: { triangle: 'triangle', rect: 'square', rectRot: 'diamond' }[shape], fill: colour, r: 3.5 }
}

/** Names of lines where they leave the panel or end in it, and of published levels at the right edge; of what is not in sight none. */
function endLabels(panel: FigurePanel, { x, y }: Figure): Label[] {
  const inSight = (value: number): boolean => value >= y.min && value <= y.max
  const lines = panel.lines.flatMap((one): Label[] => {
    const end = one.endLabel ? endInSight(one, x) : null
    if (!end || !inSight(end.y)) return []
    return [{ x: end.x, y: end.y, label: `${one.endLabel}${one.diverged ? ' ×' : ''}`, colour: one.colour }]
  })
  return [...lines, ...panel.levels.filter((level) => inSight(level.y)).map((level) => ({ x: x.max, y: level.y, label: level.label, colour: paperGrey }))]
}

/** The line's last value in the range of x, or where it crosses the right edge; null when it has none. */
function endInSight({ x: xs, y: ys }: FigureLine, { min, max }: Figure['x']): { x: number; y: number } | null {
  const index = xs.findLastIndex((at, place) => at <= max && Number.isFinite(ys[place] ?? NaN))
  const [x, y, nextX, nextY] = [xs[index], ys[index], xs[index + 1], ys[index + 1]]
  if (x === undefined || y === null || y === undefined) return null
  if (nextX !== undefined && nextX > max && nextY !== null && nextY !== undefined) return { x: max, y: y + ((max - x) / (nextX - x)) * (nextY - y) }
  return x < min ? null : { x, y }
}

/** Labels beside the panel, and those that stand above one another in it, are moved apart. */
function placeLabels(labels: readonly Label[], { x, y }: Figure, scale: Scale): Label[] {
  const edge = x.max - (x.max - x.min) * 0.03
  const apart = (stack: readonly Label[]): Label[] => {
    const places = spread(stack.map((label) => scale.apply(label.y)), 13, scale.apply(y.max) + 4, scale.apply(y.min) - 4)
    const right = Math.max(...stack.map((label) => label.x))
    return stack.map((label, index) => ({ ...label, x: right, y: scale.invert(places[index]!) }))
  }
  const near = (a: Label, b: Label): boolean => Math.abs(a.x - b.x) < (x.max - x.min) * 0.04
  const stacks: Label[][] = []
  for (const label of labels.filter((one) => one.x < edge)) {
    const stack = stacks.find(([first]) => first && near(first, label))
    if (stack) stack.push(label)
    else stacks.push([label])
  }
  return [...stacks.flatMap(apart), ...apart(labels.filter((label) => label.x >= edge)).map((label) => ({ ...label, x: x.max }))]
}
