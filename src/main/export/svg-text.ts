import { textWidth, type Weight } from './fonts.ts'
import { textOutline } from './text-outlines.ts'

export function escapeText(content: string): string {
  return (
    content
      // Control characters are not allowed in XML at all.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  )
}

export function textElement(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${Number(x.toFixed(2))}" y="${Number(y.toFixed(2))}" ${attributes}>${escapeText(content)}</text>`
}

/** Writes a text from below to above around (x, y). */
export function uprightText(x: number, y: number, content: string, attributes: string): string {
  return `<text transform="translate(${x.toFixed(2)},${y.toFixed(2)}) rotate(-90)" ${attributes}>${escapeText(content)}</text>`
}

/**
 * Draws a name on a white rim, so that it can be read above lines. The rim is a shape of its own below the letters: programs that
 * do not know SVG's `paint-order`, PDF converters among them, would paint a stroke of the text over its letters.
 */
export function rimmedText(
  x: number,
  y: number,
  content: string,
  { size, weight, colour }: { readonly size: number; readonly weight: Weight; readonly colour: string },
): string {
  const rim = textOutline({ text: content, size, weight, anchor: 'start', x, y }).replace(/-?\d+\.\d{3,}/g, (number) =>
    String(Number(Number(number).toFixed(2))),
  )
  const attributes = `font-size="${size}" font-weight="${weight}" text-anchor="start" fill="${colour}"`
  return (
    `<path d="${rim}" fill="white" stroke="white" stroke-width="2.5" stroke-linejoin="round"/>` + textElement(x, y, content, attributes)
  )
}

/** Breaks a text at spaces; a word that is too long for a line is broken too. */
export function wrapText(content: string, width: number, size: number, weight: Weight = 400): string[] {
  const lines: string[] = []
  let current = ''
  const fits = (text: string): boolean => textWidth(text, size, weight) <= width
  for (const word of content.split(' ').flatMap((one) => brokenWord(one, fits))) {
    const longer = current ? `${current} ${word}` : word
    if (current && !fits(longer)) {
      lines.push(current)
      current = word
    } else current = longer
  }
  return current ? [...lines, current] : lines
}

function brokenWord(word: string, fits: (text: string) => boolean): string[] {
  if (fits(word)) return [word]
  const parts: string[] = []
  let current = ''
  for (const letter of word) {
    if (current && !fits(current + letter)) {
      parts.push(current)
      current = letter
    } else current += letter
  }
  return [...parts, current]
}

/** A network's name above its column, around x = 0; smaller where it is wider than `room` pixels. */
export function columnTitle(name: string, y: number, room: number): string {
  const size = 12
  const fitting = Math.min(size, (size * room) / textWidth(name, size, 600))
  return `<text x="0" y="${y}" font-weight="600" font-size="${fitting.toFixed(2)}">${escapeText(name)}</text>`
}

/** "plain-20, residual-20 A and residual-20 B". */
export function listInWords(names: readonly string[]): string {
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '')
}
