import type { FigureKey } from '../../common/export/figure.ts'
import { dashes, ink, type Look, paperGrey, paperGreyWords, quiet } from './figure-style.ts'
import { textWidth } from './fonts.ts'
import { escapeText, textElement, wrapText } from './svg-text.ts'

/** Width of a swatch and of what separates entries, pixels. */
const lineSwatch = 24
const smallSwatch = 10
const before = 5
const after = 14

/**
 * Draws the legend in rows of entries; words that are longer than a row take several.
 * @returns its drawing around y = 0 at the middle of the first row
 */
export function drawLegend(entries: readonly FigureKey[], width: number, { subtitle: size }: Look): { svg: string; height: number } {
  const rowHeight = Math.round(size * 1.45)
  let x = 0
  let row = 0
  const items = entries.map((entry) => {
    const swatch = swatchWidth(entry)
    const length = swatch + textWidth(entry.label, size)
    if (swatch === 0 && length > width) {
      const lines = wrapText(entry.label, width, size)
      const first = x > 0 ? row + 1 : row
      const fill = entry.tone === 'grey' ? ` fill="${paperGreyWords}"` : ''
      ;[x, row] = [width, first + lines.length - 1]
      return lines.map((line, at) => textElement(0, (first + at) * rowHeight + size * 0.36, line, `font-size="${size}"${fill}`)).join('')
    }
    if (x > 0 && x + length > width) [x, row] = [0, row + 1]
    const y = row * rowHeight
    const item = drawSwatch(entry, x, y) + textElement(x + swatch, y + size * 0.36, entry.label, `font-size="${size}"`)
    x += length + after
    return item
  })
  return { svg: items.join(''), height: entries.length === 0 ? 0 : (row + 1) * rowHeight }
}

function swatchWidth({ band, shape, vertical, strokeWidth }: FigureKey): number {
  if (band) return lineSwatch + before
  if (shape || vertical) return smallSwatch + before
  return strokeWidth === 0 ? 0 : lineSwatch + before
}

function drawSwatch({ band, shape, vertical, strokeWidth, dashed, tone, colour }: FigureKey, x: number, y: number): string {
  const stroke = colour ?? { ink, quiet, grey: paperGrey }[tone]
  if (band) return `<rect x="${x}" y="${y - 4}" width="${lineSwatch}" height="8" fill="${stroke}" fill-opacity="0.2"/>`
  if (shape) return markElement(shape, x + smallSwatch / 2, y, stroke)
  const line = `stroke="${stroke}" stroke-width="${strokeWidth || 1}"${dashed ? ` stroke-dasharray="${dashes}"` : ''}`
  if (vertical) return `<line x1="${x + smallSwatch / 2}" x2="${x + smallSwatch / 2}" y1="${y - 5.5}" y2="${y + 5.5}" ${line}/>`
  return strokeWidth === 0 ? '' : `<line x1="${x}" x2="${x + lineSwatch}" y1="${y}" y2="${y}" ${line}/>`
}

const round = (value: number): string => String(Number(value.toFixed(2)))

/** Draws a mark of the panels, about 7 px large. @param hollow a ring, for a dashed line of one point */
export function markElement(shape: NonNullable<FigureKey['shape']>, x: number, y: number, colour: string, hollow = false): string {
  const [left, top] = [round(x), round(y)]
  const filled = (path: string): string => `<path d="${path}" transform="translate(${left},${top})" fill="${escapeText(colour)}"/>`
  const stroked = (path: string): string =>
    `<path d="${path}" transform="translate(${left},${top})" fill="none" stroke="${escapeText(colour)}" stroke-width="1.25"/>`
  switch (shape) {
    case 'circle':
      return hollow
        ? `<circle cx="${left}" cy="${top}" r="2.6" fill="white" stroke="${escapeText(colour)}"/>`
        : `<circle cx="${left}" cy="${top}" r="3" fill="${escapeText(colour)}"/>`
    case 'triangle':
      return filled('M0,-4.2L4,3H-4Z')
    case 'rect':
      return filled('M-3.1,-3.1H3.1V3.1H-3.1Z')
    case 'rectRot':
      return filled('M0,-4.3L4.3,0L0,4.3L-4.3,0Z')
    case 'cross':
      return stroked('M-3.5,0H3.5M0,-3.5V3.5')
    case 'crossRot':
      return stroked('M-3,-3L3,3M3,-3L-3,3')
    case 'star':
      return stroked('M-3.8,0H3.8M0,-3.8V3.8M-2.7,-2.7L2.7,2.7M2.7,-2.7L-2.7,2.7')
    case 'line':
      return stroked('M-4,0H4')
  }
}
