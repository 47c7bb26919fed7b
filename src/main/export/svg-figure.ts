import { parseHTML } from 'linkedom'
import { plot, type PlotOptions } from '@observablehq/plot'
import { fontFamily, ink, quiet } from './figure-style.ts'

/** One entry of the legend in the figure's head. */
export interface LegendEntry {
  readonly label: string
  readonly stroke: string
  readonly strokeWidth: number
  readonly strokeDasharray?: string
  /** A filled strip instead of a line. */
  readonly band?: boolean
}

/** A drawn plot and its place below the head, pixels. */
export interface PlacedPlot {
  readonly left: number
  readonly top: number
  readonly svg: string
}

export interface FigureParts {
  readonly width: number
  readonly plots: readonly PlacedPlot[]
  /** Room for all plots, pixels. */
  readonly plotHeight: number
  readonly title: string
  /** Under the title: what is shown, of what. */
  readonly subtitle: string
  readonly legend: readonly LegendEntry[]
}

/** From values to px and back. */
export interface Scale {
  apply(value: number): number
  invert(position: number): number
}

/** What is used of a drawn plot. */
interface Drawn {
  readonly innerHTML: string
  scale(name: 'y'): { apply(value: number): unknown; invert?(position: number): unknown } | undefined
  querySelector(selector: string): { remove(): void } | null
}

/** Plot's marks as SVG elements, with the y scale they were drawn with. */
export function drawPlot(options: PlotOptions): { svg: string; yScale: Scale } {
  // The types of Plot and linkedom speak of the DOM library, which the main process's code does not load: hence the casts.
  const { document } = parseHTML('<!doctype html><html><body></body></html>') as unknown as { document: object }
  const drawn = plot({ ...options, document } as PlotOptions) as unknown as Drawn
  const scale = drawn.scale('y')
  if (!scale?.invert) throw new Error('The plot has no continuous y scale.')
  const invert = scale.invert.bind(scale)
  drawn.querySelector('style')?.remove()
  return { svg: drawn.innerHTML, yScale: { apply: (value) => Number(scale.apply(value)), invert: (position) => Number(invert(position)) } }
}

const lineHeight = 16

/** A whole figure: one plain SVG without scripts or links, ready for print and for text editors. */
export function composeFigure(parts: FigureParts): string {
  const legend = layOutLegend(parts.legend, parts.width)
  const subtitle = wrap(parts.subtitle, parts.width - 24, 5.6)
  const title = wrap(parts.title, parts.width - 24, 7.6)
  const head = 10 + title.length * 19 + subtitle.length * lineHeight + legend.rows * lineHeight + 6
  const height = head + parts.plotHeight
  const titleLines = title.map((line, row) => text(12, 22 + row * 19, line, 'font-size="14" font-weight="600"'))
  const subtitleLines = subtitle.map((line, row) => text(12, 22 + title.length * 19 + row * lineHeight - 2, line, `font-size="11" fill="${quiet}"`))
  const legendTop = 22 + title.length * 19 + subtitle.length * lineHeight - 2
  const bodies = parts.plots.map(({ left, top, svg }) => `<g transform="translate(${left},${head + top})" font-size="11" text-anchor="middle">${svg}</g>`)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${parts.width}" height="${height}" viewBox="0 0 ${parts.width} ${height}" role="img" color="${ink}" fill="${ink}" font-family="${escapeText(fontFamily)}">`,
    `<title>${escapeText(parts.title)}</title><desc>${escapeText(parts.subtitle)}</desc>`,
    `<rect width="${parts.width}" height="${height}" fill="white"/>`,
    ...titleLines,
    ...subtitleLines,
    `<g transform="translate(12,${legendTop})">${legend.svg}</g>`,
    // An SVG file has no CSS context that could give `currentColor` another meaning than the ink's.
    ...bodies.map((body) => body.replaceAll('currentColor', ink)),
    '</svg>',
    '',
  ].join('\n')
}

function layOutLegend(entries: readonly LegendEntry[], width: number): { svg: string; rows: number } {
  let x = 0
  let row = 0
  const items = entries.map((entry) => {
    const size = 34 + entry.label.length * 5.8 + 16
    if (x > 0 && x + size > width - 12) [x, row] = [0, row + 1]
    const y = row * lineHeight - 4
    const sample = entry.band
      ? `<rect x="${x}" y="${y - 4}" width="26" height="8" fill="${entry.stroke}" fill-opacity="0.2"/>`
      : `<line x1="${x}" x2="${x + 26}" y1="${y}" y2="${y}" stroke="${entry.stroke}" stroke-width="${entry.strokeWidth}"${entry.strokeDasharray ? ` stroke-dasharray="${entry.strokeDasharray}"` : ''}/>`
    const item = sample + text(x + 32, y + 4, entry.label, 'font-size="11"')
    x += size
    return item
  })
  return { svg: items.join(''), rows: entries.length === 0 ? 0 : row + 1 }
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escapeText(content)}</text>`
}

/** Breaks a line at spaces; `characterWidth` is a generous mean, since no font can be measured here. */
function wrap(line: string, width: number, characterWidth: number): string[] {
  const room = Math.max(10, Math.floor(width / characterWidth))
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    if (current && current.length + 1 + word.length > room) {
      lines.push(current)
      current = word
    } else current = current ? `${current} ${word}` : word
  }
  return current ? [...lines, current] : lines
}

export function escapeText(content: string): string {
  return content
    // Control characters are not allowed in XML at all.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ' ')
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
