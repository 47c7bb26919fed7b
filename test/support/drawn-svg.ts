import { parseHTML } from 'linkedom'

/** What the tests use of an element; the DOM's own types are not loaded here. */
export interface Drawn {
  readonly textContent: string
  readonly localName: string
  getAttributeNames(): string[]
  getAttribute(name: string): string | null
  closest(selector: string): Drawn | null
}

/** Finds elements, texts and drawn series in a figure. */
export function parseSvg(svg: string) {
  const { document } = parseHTML(`<html><body>${svg}</body></html>`) as unknown as {
    document: { querySelectorAll(selector: string): Iterable<Drawn> }
  }
  const all = (selector: string) => [...document.querySelectorAll(selector)]
  const texts = all('text').map((element) => element.textContent)
  /** Drawn series, by line pattern: the marks of Plot are labelled groups of paths. */
  const lines = (dashed: boolean) =>
    all('[aria-label="line"] path').filter((path) => (path.closest('[stroke-dasharray]') !== null) === dashed)
  return { all, texts, lines }
}

/** How many points a path has. */
export const pointCount = (path: Drawn) => (path.getAttribute('d') ?? '').split('L').length
