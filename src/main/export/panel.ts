import { areaY, axisX, axisY, frame, gridY, line, ruleX, ruleY, type Markish, type PlotOptions } from '@observablehq/plot'
import { endOnAxis, type Figure, type FigureLine, type FigurePanel } from '../../common/export/figure.ts'
import { dashes, ink, type Look, paperGrey, quiet } from './figure-style.ts'
import { textWidth } from './fonts.ts'
import { markElement } from './legend.ts'
import { drawLabels, type PanelLabel } from './panel-labels.ts'
import type { PanelCell } from './panel-grid.ts'
import { drawPlot, type PositionedPlot, type Scale } from './svg-figure.ts'
import { textElement } from './svg-text.ts'

/** Margins around the axes, pixels; large enough for whatever stands there. */
const margins = { marginLeft: 70, marginRight: 4, marginTop: 60, marginBottom: 50 }
/** Half of the thickest usual line, so that a line along the edge is not cut in half. */
const edge = 1.5

export interface PanelDrawing {
  readonly figure: Figure
  readonly look: Look
  readonly cell: PanelCell
  readonly titleLines: readonly string[]
  readonly labels: readonly PanelLabel[]
  readonly labelRoom: number
  /** Distance from the axis to the middle of its title, pixels. */
  readonly axisWidth: number
}

/** Computes the height of the lines of a panel's title and of the names of its verticals. */
export function titleHeightOf(lines: number, verticalNames: boolean, look: Look): number {
  return (lines ? lines * Math.round(look.panelTitle * 1.3) + 4 : 6) + (verticalNames ? look.tick + 2 : 0)
}

/** @returns with the names for which there was no room */
export function drawPanel(panel: FigurePanel, drawing: PanelDrawing): PositionedPlot & { readonly unnamed: readonly string[] } {
  const { figure, cell, look, labels, labelRoom } = drawing
  const { x } = figure
  const levels = panel.levels.map((level) => ({ y: level.y, from: x.max - (x.max - x.min) * 0.05, to: x.max }))
  const plotted = drawPlot({
    ...plotSize(cell),
    ...scaleOptions(figure),
    marks: [
      ...axes(drawing, panel),
      ...panel.lines.flatMap((one) => lineMarks(one, figure.y)),
      ruleY(levels, { x1: 'from', x2: 'to', y: 'y', stroke: paperGrey, strokeWidth: 2, clip: true }),
    ],
  })
  const box = {
    left: margins.marginLeft,
    right: margins.marginLeft + cell.width,
    top: margins.marginTop,
    bottom: margins.marginTop + cell.height,
  }
  const scales = { x: plotted.x, y: plotted.y, frame: box, labelRoom }
  const names = drawLabels(labels, panel, figure, scales, look)
  const svg = [
    plotted.svg.replace(/<clipPath[^>]*><rect [^>]*>/g, widerClip),
    ...panel.lines.map((one) => drawMarks(one, figure, scales)),
    verticalNames(panel, figure, plotted.x, look),
    names.svg,
    panelTitle(
      drawing,
      panel.verticals.some((one) => one.label),
    ),
  ]
  return { left: cell.left - margins.marginLeft, top: cell.top - margins.marginTop, svg: svg.join(''), unnamed: names.left }
}

/** Computes the width of the numbers beside the vertical axis, pixels. */
export function tickNumbersWidth(figure: Figure, look: Look, height: number): number {
  const { svg } = drawPlot({ ...plotSize({ width: 100, height }), ...scaleOptions(figure), marks: [yAxis(figure, look, height, null, 0)] })
  const numbers = /aria-label="y-axis tick label">(.*?)<\/g>/s.exec(svg)?.[1] ?? ''
  return Math.max(0, ...[...numbers.matchAll(/>([^<]+)</g)].map((match) => textWidth(match[1]!, look.tick)))
}

function plotSize({ width, height }: Pick<PanelCell, 'width' | 'height'>): PlotOptions {
  return { ...margins, width: width + margins.marginLeft + margins.marginRight, height: height + margins.marginTop + margins.marginBottom }
}

function scaleOptions({ x, y }: Figure): PlotOptions {
  return {
    x: { domain: [x.min, x.max], label: null, ...(x.logarithmic ? { type: 'log' } : {}) },
    y: { domain: [y.min, y.max], label: null, ...(y.logarithmic ? { type: 'log' } : {}) },
  }
}

function yAxis({ y }: Figure, look: Look, height: number, title: string | null, labelOffset: number): Markish {
  return axisY({
    label: title,
    labelAnchor: 'center',
    labelArrow: 'none',
    labelOffset,
    tickSize: 3,
    fontSize: look.tick,
    color: ink,
    ...yTicks(y, height),
    ...(y.logarithmic && y.ticks === null && { tickFormat: 'r' }),
  })
}

/** Those that the figure names, which may be none, else as many as there is room for. */
function yTicks({ ticks, logarithmic }: Figure['y'], height: number): { ticks: number | number[] } {
  return { ticks: ticks ? [...ticks] : logarithmic ? 4 : Math.max(3, Math.min(6, Math.round(height / 34))) }
}

function axes({ figure, look, cell, axisWidth }: PanelDrawing, panel: FigurePanel): Markish[] {
  const { x, y } = figure
  const span = x.max - x.min
  const room = Math.max(2, Math.min(6, Math.floor(cell.width / 38)))
  const silent = { tickFormat: () => '' }
  const xTicks = x.ticks
    ? { ticks: spacedTicks(x.ticks, x, cell.width), tickFormat: String }
    : x.logarithmic
      ? { ticks: spacedTicks(leadingTicks(x), x, cell.width, shortNumber), tickFormat: shortNumber }
      : { ticks: x.whole ? Math.min(room, Math.max(1, Math.floor(span))) : Math.min(5, room) }
  return [
    gridY({
      stroke: ink,
      strokeOpacity: 0.08,
      ...yTicks(y, cell.height),
    }),
    frame({ stroke: ink, strokeOpacity: 0.35 }),
    ...(cell.leftNumbers ? [yAxis(figure, look, cell.height, y.title, axisWidth)] : [axisY({ label: null, tickSize: 0, ...silent })]),
    axisX({
      label: cell.bottomTitle ? x.title : null,
      labelAnchor: 'center',
      labelArrow: 'none',
      labelOffset: look.axisHeight + look.axisTitleHeight - 3,
      tickSize: 3,
      fontSize: look.tick,
      color: ink,
      ...xTicks,
      ...(cell.bottomNumbers ? {} : silent),
    }),
    ruleX(panel.verticals, { x: 'x', stroke: quiet, strokeOpacity: 0.5, strokeWidth: 0.75, clip: true }),
  ]
}

/** Chooses ticks whose numbers do not touch; the first ones are wanted most. */
function spacedTicks(
  ticks: readonly number[],
  { min, max, logarithmic }: Figure['x'],
  width: number,
  write: (value: number) => string = String,
): number[] {
  const toPixels = (value: number): number =>
    width * (logarithmic ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min))
  const kept: number[] = []
  for (const tick of ticks)
    if (kept.every((other) => Math.abs(toPixels(tick) - toPixels(other)) >= 9 + 3 * write(tick).length + 3 * write(other).length))
      kept.push(tick)
  return kept.sort((a, b) => a - b)
}

/** Numbers of one digit times powers of ten within an axis: powers themselves first, then 2 and 5 times them, then the others. */
function leadingTicks({ min, max }: Figure['x']): number[] {
  const [first, last] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))]
  const powers = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  return [1, 5, 2, 3, 7, 4, 8, 6, 9]
    .flatMap((digit) => powers.map((power) => Number(`${digit}e${power}`)))
    .filter((value) => value >= min && value <= max)
}

/** "300", "20k", "0.05". */
function shortNumber(value: number): string {
  const [divided, unit] = value >= 1e6 ? [value / 1e6, 'M'] : value >= 1e3 ? [value / 1e3, 'k'] : [value, '']
  return `${Number(divided.toPrecision(6))}${unit}`
}

function lineMarks(one: FigureLine, y: Figure['y']): Markish[] {
  if (marksOnly(one)) return bandMarks(one, y)
  const rows = one.x.map((x, index) => ({ x, y: one.y[index] ?? NaN }))
  const look = { stroke: one.colour, strokeWidth: one.strokeWidth, ...(one.dashed ? { strokeDasharray: dashes } : {}) }
  return [
    ...bandMarks(one, y),
    line(rows, { x: 'x', y: 'y', ...look, strokeLinejoin: 'round', clip: true, ...(one.stepped ? { curve: 'step-after' as const } : {}) }),
  ]
}

function bandMarks({ band, bandAs, x, colour }: FigureLine, y: Figure['y']): Markish[] {
  const low = (index: number): number => endOnAxis(band?.low[index], y) ?? NaN
  if (band && bandAs === 'bars') {
    const bars = x.map((at, index) => ({ x: at, low: low(index), high: band.high[index] ?? NaN }))
    return [ruleX(bars, { x: 'x', y1: 'low', y2: 'high', stroke: colour, strokeWidth: 1, clip: true })]
  }
  return band
    ? [
        areaY(x, {
          x,
          y1: x.map((_, index) => low(index)),
          y2: band.high.map((v) => v ?? NaN),
          fill: colour,
          fillOpacity: 0.16,
          clip: true,
        }),
      ]
    : []
}

/** Tells whether only marks are drawn: a line of one value would not be seen. */
function marksOnly({ dots, y }: FigureLine): boolean {
  return dots || y.filter((value) => value !== null && Number.isFinite(value)).length === 1
}

/** Draws marks and the cross of a divergence; whole at the edges, where a clip would cut them. */
function drawMarks(one: FigureLine, { x, y }: Figure, scales: { readonly x: Scale; readonly y: Scale }): string {
  const shown = one.x.flatMap((at, index): { x: number; y: number }[] => {
    const value = one.y[index]
    const seen =
      value !== null && value !== undefined && Number.isFinite(value) && at >= x.min && at <= x.max && value >= y.min && value <= y.max
    return seen ? [{ x: scales.x(at), y: scales.y(value) }] : []
  })
  const last = shown.at(-1)
  const dots = marksOnly(one) ? shown.map((point) => markElement(one.shape, point.x, point.y, one.colour, one.dashed)) : []
  if (one.diverged && last)
    dots.push(
      `<path d="M-3,-3L3,3M-3,3L3,-3" transform="translate(${last.x.toFixed(2)},${last.y.toFixed(2)})" fill="none" ` +
        `stroke="${one.colour}" stroke-width="2"/>`,
    )
  return dots.length ? `<g aria-label="dot">${dots.join('')}</g>` : ''
}

/** Writes names of verticals above the axes, where no curve crosses them; of two that would touch, only the first. */
function verticalNames({ verticals }: FigurePanel, { x }: Figure, scale: Scale, { tick }: Look): string {
  let right = -Infinity
  return verticals
    .filter((one) => one.label && one.x >= x.min && one.x <= x.max)
    .map((one) => {
      const half = textWidth(one.label!, tick - 1) / 2
      const centre = scale(one.x)
      if (centre - half < right + 4) return ''
      right = centre + half
      return textElement(centre, margins.marginTop - 4, one.label!, `font-size="${tick - 1}" text-anchor="middle" fill="${quiet}"`)
    })
    .join('')
}

function panelTitle({ titleLines, look }: PanelDrawing, verticals: boolean): string {
  const lineHeight = Math.round(look.panelTitle * 1.3)
  const bottom = margins.marginTop - 5 - (verticals ? look.tick + 2 : 0)
  return titleLines
    .map((text, index) =>
      textElement(
        margins.marginLeft,
        bottom - (titleLines.length - 1 - index) * lineHeight,
        text,
        `font-size="${look.panelTitle}" font-weight="600" text-anchor="start" fill="${ink}"`,
      ),
    )
    .join('')
}

function widerClip(clip: string): string {
  return clip.replace(/ (width|height)="([\d.]+)"/g, (_, name: string, size: string) => ` ${name}="${Number(size) + edge}"`)
}
