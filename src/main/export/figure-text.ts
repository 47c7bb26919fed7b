import { DOMParser } from 'linkedom'
import type { Weight } from './fonts.ts'

/** What is used of a parsed element: the DOM's own types are not loaded in the main process. */
export interface Element {
  readonly textContent: string
  readonly parentElement: Element | null
  getAttribute(name: string): string | null
  getAttributeNames(): string[]
  setAttribute(name: string, value: string): void
  replaceWith(...others: Element[]): void
}

export interface ParsedFigure {
  createElement(name: string): Element & { textContent: string }
  querySelectorAll(selector: string): Iterable<Element>
  toString(): string
}

export function parseFigure(svg: string): ParsedFigure {
  return new DOMParser().parseFromString(svg, 'image/svg+xml')
}

/** A text with what it takes from the groups around it. */
export interface FigureText {
  readonly element: Element
  readonly text: string
  /** Pixels. */
  readonly size: number
  readonly weight: Weight
  readonly anchor: string
  /** Where it is anchored, in its own coordinates. */
  readonly x: number
  readonly y: number
}

export function textsOf(figure: ParsedFigure): FigureText[] {
  return [...figure.querySelectorAll('text')].map((element) => {
    const size = lengthOf(inherited(element, 'font-size'), 11, 11)
    const own = (name: string): number => lengthOf(element.getAttribute(name), size, 0)
    return {
      element,
      text: element.textContent.normalize('NFC'),
      size,
      weight: Number(inherited(element, 'font-weight') ?? 400) >= 600 ? 600 : 400,
      anchor: inherited(element, 'text-anchor') ?? 'start',
      x: own('x') + own('dx'),
      y: own('y') + own('dy'),
    }
  })
}

/** Finds the element's own attribute or that of the nearest parent that has one. */
function inherited(element: Element, name: string): string | null {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const value = at.getAttribute(name)
    if (value !== null) return value
  }
  return null
}

/** Reads the pixels of "12", "12px" or "0.32em". */
function lengthOf(value: string | null, em: number, missing: number): number {
  if (value === null) return missing
  const number = Number.parseFloat(value)
  if (Number.isNaN(number)) return missing
  return value.trim().endsWith('em') ? number * em : number
}
