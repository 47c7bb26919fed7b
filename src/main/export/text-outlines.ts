import { create, type Font } from 'fontkit'
import { DOMParser } from 'linkedom'
import { regularFont, semiboldFont } from './fonts.ts'

/** What is used of a parsed element: the DOM's own types are not loaded in the main process. */
interface Element {
  readonly textContent: string
  readonly parentElement: Element | null
  getAttribute(name: string): string | null
  setAttribute(name: string, value: string): void
  replaceWith(other: Element): void
}
interface Parsed {
  createElement(name: string): Element
  querySelectorAll(selector: string): Iterable<Element>
  toString(): string
}

let fonts: { regular: Font; semibold: Font } | null = null

/** A figure with its letters drawn as outlines of the bundled font, so that it looks alike where that font, or any font, is missing. */
export function outlineText(svg: string): string {
  fonts ??= { regular: create(regularFont()), semibold: create(semiboldFont()) }
  const document = new DOMParser().parseFromString(svg, 'image/svg+xml') as unknown as Parsed
  for (const text of [...document.querySelectorAll('text')]) {
    const size = lengthOf(inherited(text, 'font-size'), 11, 11)
    const font = Number(inherited(text, 'font-weight') ?? 400) >= 600 ? fonts.semibold : fonts.regular
    const path = document.createElement('path')
    path.setAttribute('d', outline(text, font, size))
    for (const name of ['transform', 'fill', 'stroke', 'stroke-width', 'fill-opacity', 'opacity']) {
      const value = text.getAttribute(name)
      if (value !== null) path.setAttribute(name, value)
    }
    text.replaceWith(path)
  }
  return document.toString()
}

function outline(text: Element, font: Font, size: number): string {
  const scale = size / font.unitsPerEm
  const { glyphs, positions } = font.layout(text.textContent)
  const width = positions.reduce((sum, position) => sum + position.xAdvance, 0) * scale
  const anchor = inherited(text, 'text-anchor') ?? 'start'
  const own = (name: string): number => lengthOf(text.getAttribute(name), size, 0)
  let left = own('x') + own('dx') - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0)
  const base = own('y') + own('dy')
  return glyphs
    .map((glyph, index) => {
      const position = positions[index]!
      const drawn = glyph.path.scale(scale, -scale).translate(left + position.xOffset * scale, base - position.yOffset * scale).toSVG()
      left += position.xAdvance * scale
      return drawn
    })
    .join('')
}

/** The element's own attribute or that of the nearest parent that has one. */
function inherited(element: Element, name: string): string | null {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const value = at.getAttribute(name)
    if (value !== null) return value
  }
  return null
}

/** Pixels of "12", "12px" or "0.32em". */
function lengthOf(value: string | null, em: number, missing: number): number {
  if (value === null) return missing
  const number = Number.parseFloat(value)
  if (Number.isNaN(number)) return missing
  return value.trim().endsWith('em') ? number * em : number
}
