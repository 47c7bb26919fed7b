import { parseHTML } from 'linkedom'
import { plot, type PlotOptions } from '@observablehq/plot'
import type { FigureKey } from '../../common/export/figure.ts'
import { fontFamily, ink, lookOf, quiet } from './figure-style.ts'
import { drawLegend } from './legend.ts'
import { escapeText, textElement, wrapText } from './svg-text.ts'

/** A drawn plot and its position below the head, pixels. */
export interface PositionedPlot {
  readonly left: number
  readonly top: number
  readonly svg: string
}

export interface FigureParts {
  readonly width: number
  readonly plots: readonly PositionedPlot[]
  /** Room for all plots, pixels. */
  readonly plotHeight: number
  readonly title: string
  /** Under the title: what is shown, of what. */
  readonly subtitle: string
  /** What of these is drawn. */
  readonly show: { readonly title: boolean; readonly subtitle: boolean }
  readonly legend: readonly FigureKey[]
}

/** Maps values to pixels. */
export type Scale = (value: number) => number

/** What is used of a drawn plot. */
interface Drawn {
  readonly innerHTML: string
  scale(name: 'x' | 'y'): { apply(value: number): unknown } | undefined
  querySelector(selector: string): { remove(): void } | null
}

/** Draws Plot's marks as SVG elements; returns them with the scales they were drawn with. */
export function drawPlot(options: PlotOptions): { svg: string; x: Scale; y: Scale } {
  // The types of Plot and linkedom speak of the DOM library, which the main process's code does not load: hence the casts.
  const { document } = parseHTML('<!doctype html><html><body></body></html>') as unknown as { document: object }
  const drawn = plot({ ...options, document } as PlotOptions) as unknown as Drawn
  const scale = (name: 'x' | 'y'): Scale => {
    const found = drawn.scale(name)
    if (!found) throw new Error(`The plot has no ${name} scale.`)
    return (value) => Number(found.apply(value))
  }
  drawn.querySelector('style')?.remove()
  return { svg: drawn.innerHTML, x: scale('x'), y: scale('y') }
}

/** Composes a whole figure: one plain SVG without scripts or links, ready for print and for text editors. */
export function composeFigure(parts: FigureParts): string {
  const look = lookOf(parts.width)
  const room = parts.width - 2 * look.margin
  let top = look.margin - 2
  const lines = (content: string, size: number, attributes: string): string[] =>
    wrapText(content, room, size, attributes.includes('600') ? 600 : 400).map((line) => {
      top += Math.round(size * 1.4)
      return textElement(look.margin, top - Math.round(size * 0.35), line, `font-size="${size}" ${attributes}`)
    })
  const title = parts.show.title ? lines(parts.title, look.title, 'font-weight="600"') : []
  const subtitle = parts.show.subtitle ? lines(parts.subtitle, look.subtitle, `fill="${quiet}"`) : []
  const legend = drawLegend(parts.legend, room, look)
  const legendTop = top + Math.round(look.subtitle * 0.75)
  const head = Math.round(top + legend.height + (legend.height ? 4 : 2))
  const height = head + parts.plotHeight
  const bodies = parts.plots.map(
    ({ left, top: below, svg }) =>
      `<g transform="translate(${left},${head + below})" font-size="${look.tick}" text-anchor="middle">${svg}</g>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${parts.width}" height="${height}" viewBox="0 0 ${parts.width} ` +
      `${height}" role="img" color="${ink}" fill="${ink}" font-family="${escapeText(fontFamily)}">`,
    `<title>${escapeText(parts.title)}</title><desc>${escapeText(parts.subtitle)}</desc>`,
    `<rect width="${parts.width}" height="${height}" fill="white"/>`,
    ...title,
    ...subtitle,
    `<g transform="translate(${look.margin},${legendTop})">${legend.svg}</g>`,
    // An SVG file has no CSS context that could give `currentColor` another meaning than the ink's.
    ...bodies.map((body) => body.replaceAll('currentColor', ink)),
    '</svg>',
    '',
  ].join('\n')
}
