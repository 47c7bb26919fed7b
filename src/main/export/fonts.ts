import latinRegular from '@fontsource/inter/files/inter-latin-400-normal.woff?inline'
import latinSemibold from '@fontsource/inter/files/inter-latin-600-normal.woff?inline'
import latinExtRegular from '@fontsource/inter/files/inter-latin-ext-400-normal.woff?inline'
import latinExtSemibold from '@fontsource/inter/files/inter-latin-ext-600-normal.woff?inline'
import greekRegular from '@fontsource/inter/files/inter-greek-400-normal.woff?inline'
import greekSemibold from '@fontsource/inter/files/inter-greek-600-normal.woff?inline'
import greekExtRegular from '@fontsource/inter/files/inter-greek-ext-400-normal.woff?inline'
import greekExtSemibold from '@fontsource/inter/files/inter-greek-ext-600-normal.woff?inline'
import cyrillicRegular from '@fontsource/inter/files/inter-cyrillic-400-normal.woff?inline'
import cyrillicSemibold from '@fontsource/inter/files/inter-cyrillic-600-normal.woff?inline'
import cyrillicExtRegular from '@fontsource/inter/files/inter-cyrillic-ext-400-normal.woff?inline'
import cyrillicExtSemibold from '@fontsource/inter/files/inter-cyrillic-ext-600-normal.woff?inline'
import vietnameseRegular from '@fontsource/inter/files/inter-vietnamese-400-normal.woff?inline'
import vietnameseSemibold from '@fontsource/inter/files/inter-vietnamese-600-normal.woff?inline'
import ranges from '@fontsource/inter/unicode.json'
import { create, type Font } from 'fontkit'

/** The files of the bundled font, by letters and weight; the first that has a letter draws it. */
const files = [
  ['latin', latinRegular, latinSemibold],
  ['latin-ext', latinExtRegular, latinExtSemibold],
  ['greek', greekRegular, greekSemibold],
  ['greek-ext', greekExtRegular, greekExtSemibold],
  ['cyrillic', cyrillicRegular, cyrillicSemibold],
  ['cyrillic-ext', cyrillicExtRegular, cyrillicExtSemibold],
  ['vietnamese', vietnameseRegular, vietnameseSemibold],
] as const satisfies readonly (readonly [keyof typeof ranges, string, string])[]

export type Weight = 400 | 600

/** One file of the bundled font. */
export interface Face {
  /** "greek 600": a name of its own in a PDF. */
  readonly name: string
  readonly weight: Weight
  /** Its letters as CSS states them. */
  readonly unicodeRange: string
  readonly bytes: Buffer
  readonly font: Font
}

/** Letters in a row that one face draws. `complete` is false where no face has them: they are boxes in PNG and PDF. */
export interface Piece {
  readonly text: string
  readonly face: Face
  readonly complete: boolean
}

const faces = new Map<string, Face>()

function faceOf(index: number, weight: Weight): Face {
  const [subset, regular, semibold] = files[index]!
  const name = `${subset} ${weight}`
  const known = faces.get(name)
  if (known) return known
  const dataUrl = weight === 400 ? regular : semibold
  const bytes = Buffer.from(dataUrl.slice(dataUrl.indexOf(',') + 1), 'base64')
  const face = { name, weight, unicodeRange: ranges[subset], bytes, font: create(bytes) }
  faces.set(name, face)
  return face
}

/** Signs of the field that no bundled font has, as these write them. */
const standIns: ReadonlyMap<string, string> = new Map([
  ['≈', '~'],
  ['≤', '<='],
  ['≥', '>='],
  ['‖', '||'],
  ['∂', 'd'],
])

/** Splits a text into pieces of one face each; a sign that none has is written by its stand-in where there is one. */
export function piecesOf(text: string, weight: Weight): Piece[] {
  const pieces: { text: string; face: Face; complete: boolean }[] = []
  for (const letter of Array.from(text.normalize('NFC'), drawable(weight)).join('')) {
    const last = pieces.at(-1)
    const face = faceWith(letter, weight, last?.face)
    const complete = face !== null
    if (last?.complete === complete && (face === null || face === last.face)) last.text += letter
    else pieces.push({ text: letter, face: face ?? faceOf(0, weight), complete })
  }
  return pieces
}

const drawable =
  (weight: Weight) =>
  (letter: string): string =>
    standIns.has(letter) && faceWith(letter, weight, undefined) === null ? standIns.get(letter)! : letter

/** Finds the face of a letter: the one before it where that has the letter, so that its spaces and accents fit. */
function faceWith(letter: string, weight: Weight, before: Face | undefined): Face | null {
  const codePoint = letter.codePointAt(0)!
  if (before?.font.hasGlyphForCodePoint(codePoint)) return before
  for (let index = 0; index < files.length; index++) {
    const face = faceOf(index, weight)
    if (face.font.hasGlyphForCodePoint(codePoint)) return face
  }
  return null
}

const widths = new Map<string, number>()

/** Computes the width of a text, px. */
export function textWidth(text: string, size: number, weight: Weight = 400): number {
  const key = `${weight} ${text}`
  let width = widths.get(key)
  if (width === undefined) {
    // Names come and go for as long as the engine runs.
    if (widths.size > 5000) widths.clear()
    width = piecesOf(text, weight).reduce((sum, piece) => sum + pieceWidth(piece), 0)
    widths.set(key, width)
  }
  return width * size
}

/** Computes the width of a piece in ems. */
export function pieceWidth({ text, face }: Piece): number {
  return face.font.layout(text).positions.reduce((sum, position) => sum + position.xAdvance, 0) / face.font.unitsPerEm
}

/** Lists letters that no bundled font has, each once, in the order of the text. */
export function lettersWithoutFont(text: string): string[] {
  return [...new Set(piecesOf(text, 400).flatMap((piece) => (piece.complete ? [] : Array.from(piece.text))))]
}

/**
 * Style that carries the needed files inside an SVG: browsers and most editors use them, others fall back to the names in
 * `font-family`.
 */
export function embeddedFonts(texts: readonly { readonly text: string; readonly weight: Weight }[]): string {
  const used = new Set(texts.flatMap(({ text, weight }) => piecesOf(text, weight).map((piece) => piece.face)))
  const rule = ({ weight, bytes, unicodeRange }: Face): string =>
    `@font-face{font-family:Inter;font-weight:${weight};` +
    `src:url(data:font/woff;base64,${bytes.toString('base64')});unicode-range:${unicodeRange}}`
  return `<style>${[...used].map(rule).join('')}</style>`
}
