import { type FigureText, parseFigure, textsOf } from './figure-text.ts'
import { type Piece, pieceWidth, piecesOf, type Weight } from './fonts.ts'

/** Draws a figure's letters as outlines of the bundled font, so that it looks alike where that font, or any font, is missing. */
export function outlineText(svg: string): string {
  const figure = parseFigure(svg)
  for (const text of textsOf(figure)) {
    const path = figure.createElement('path')
    path.setAttribute('d', textOutline(text))
    for (const name of ['transform', 'fill', 'stroke', 'stroke-width', 'fill-opacity', 'opacity']) {
      const value = text.element.getAttribute(name)
      if (value !== null) path.setAttribute(name, value)
    }
    text.element.replaceWith(path)
  }
  return figure.toString()
}

/**
 * Splits a figure's texts so that each is drawn by one face, for programs that take one font a text.
 * @param nameFace gets every face that is used and returns the name that its texts are given as font family
 */
export function splitByFace(svg: string, nameFace: (face: Piece['face']) => string): string {
  const figure = parseFigure(svg)
  for (const { element, text, size, weight, anchor, x, y } of textsOf(figure)) {
    const pieces = piecesOf(text, weight)
    let left = x - anchored(anchor, pieces.reduce((sum, piece) => sum + pieceWidth(piece), 0) * size)
    const parts = pieces.map((piece) => {
      const part = figure.createElement('text')
      for (const name of element.getAttributeNames()) part.setAttribute(name, element.getAttribute(name) ?? '')
      const attributes = { x: left, dx: 0, y, dy: 0, 'text-anchor': 'start', 'font-family': nameFace(piece.face), 'xml:space': 'preserve' }
      for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, String(value))
      part.textContent = piece.text
      left += pieceWidth(piece) * size
      return part
    })
    element.replaceWith(...parts)
  }
  return figure.toString()
}

/** Makes the path data of a text around its anchor. */
export function textOutline({
  text,
  size,
  weight,
  anchor,
  x,
  y,
}: Pick<FigureText, 'text' | 'size' | 'anchor' | 'x' | 'y'> & { readonly weight: Weight }): string {
  const pieces = piecesOf(text, weight)
  let left = x - anchored(anchor, pieces.reduce((sum, piece) => sum + pieceWidth(piece), 0) * size)
  return pieces
    .flatMap(({ text: letters, face: { font } }) => {
      const scale = size / font.unitsPerEm
      const { glyphs, positions } = font.layout(letters)
      return glyphs.map((glyph, index) => {
        const position = positions[index]!
        const drawn = glyph.path
          .scale(scale, -scale)
          .translate(left + position.xOffset * scale, y - position.yOffset * scale)
          .toSVG()
        left += position.xAdvance * scale
        return drawn
      })
    })
    .join('')
}

/** Computes how far a text of this width begins before its anchor. */
function anchored(anchor: string, width: number): number {
  return anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0
}
