import { buffer } from 'node:stream/consumers'
import svgToPdf from 'svg-to-pdfkit'
import type { ReportFile } from '../../../common/report/sweep-report.ts'
import { ink, quiet as quietInk } from '../figure-style.ts'
import { type Face, piecesOf, pieceWidth, textWidth, type Weight } from '../fonts.ts'
import { pdfDocument } from '../pdf-document.ts'
import { splitByFace } from '../text-outlines.ts'
import { wrapText } from '../svg-text.ts'

/** Points. */
const page = { width: 595.28, height: 841.89, margin: 48 } as const
const pointsPerPixel = 0.75

interface TextLook {
  readonly weight?: Weight
  readonly quiet?: boolean
  readonly indent?: number
}

interface ColumnLook {
  /** Points. */
  readonly widths: readonly number[]
  readonly size: number
  /** The first row is a head, repeated on every page. */
  readonly head?: boolean
  readonly right?: readonly boolean[]
  readonly quietFirst?: boolean
}

/** A4 pages that are written from top to bottom in the bundled font; what does not fit goes on on the next. */
export class PdfPages {
  /** Points. */
  readonly width = page.width - 2 * page.margin
  /** The same in pixels: how wide figures are. */
  readonly pixels = Math.floor(this.width / pointsPerPixel)
  readonly #document: PDFKit.PDFDocument
  readonly #named: (face: Face) => string
  readonly #content: Promise<Buffer>
  #y: number = page.margin

  constructor(title: string) {
    const { document, nameFace } = pdfDocument('A4', { Title: title })
    this.#document = document
    this.#named = nameFace
    this.#content = buffer(this.#document)
  }

  skip(height: number): void {
    this.#y += height
  }

  /** Begins a new page where less than this is left. */
  keep(height: number): void {
    if (this.#y + height <= page.height - page.margin) return
    this.#document.addPage()
    this.#y = page.margin
  }

  text(text: string, size: number, { weight = 400, quiet = false, indent = 0 }: TextLook = {}): void {
    for (const line of lines(text, this.width - indent, size, weight)) {
      this.keep(size * 1.4)
      this.#line(line, page.margin + indent, this.#y + size, size, weight, quiet ? quietInk : ink)
      this.#y += size * 1.4
    }
    this.skip(size * 0.4)
  }

  /** Rows of cells that break their text; a row stays on one page. */
  columns(rows: readonly (readonly string[])[], look: ColumnLook): void {
    const [head] = rows
    rows.forEach((row, index) => {
      const height = this.#rowHeight(row, look)
      const broken = this.#y + height > page.height - page.margin
      this.keep(height)
      if (broken && look.head && head && index > 0) this.#row(head, look, true)
      this.#row(row, look, look.head === true && index === 0)
    })
  }

  /** A figure of this width. */
  figure(svg: string): void {
    const height = Number(/<svg[^>]* height="([\d.]+)"/.exec(svg)?.[1]) * pointsPerPixel
    this.keep(height + 24)
    const drawing = splitByFace(svg, this.#named)
    svgToPdf(this.#document, drawing, page.margin, this.#y, {
      assumePt: false,
      fontCallback: (family) => family,
      warningCallback: () => undefined,
    })
    this.#y += height + 4
  }

  attach({ name, mime, text, words }: ReportFile): void {
    this.#document.file(Buffer.from(text), { name, type: mime, description: words })
    this.text(`Attached: ${name}, ${words}`, 8, { quiet: true })
  }

  end(): Promise<Buffer> {
    this.#document.end()
    return this.#content
  }

  #rowHeight(row: readonly string[], { widths, size }: ColumnLook): number {
    return Math.max(...row.map((cell, index) => lines(cell, widths[index]! - 6, size, 400).length)) * size * 1.35 + 3
  }

  #row(row: readonly string[], look: ColumnLook, isHead: boolean): void {
    const { widths, size, right, quietFirst } = look
    let left: number = page.margin
    row.forEach((cell, index) => {
      const width = widths[index]! - 6
      const isQuiet = isHead || (quietFirst === true && index === 0)
      lines(cell, width, size, 400).forEach((line, at) => {
        const start = right?.[index] ? left + width - textWidth(line, size) : left
        this.#line(line, start, this.#y + size + at * size * 1.35, size, 400, isQuiet ? quietInk : ink)
      })
      left += widths[index]!
    })
    this.#y += this.#rowHeight(row, look)
    if (look.head)
      this.#document
        .moveTo(page.margin, this.#y - 1)
        .lineTo(left, this.#y - 1)
        .lineWidth(isHead ? 0.6 : 0.25)
        .strokeColor(quietInk)
        .stroke()
  }

  /** One line on its baseline. */
  #line(text: string, left: number, baseline: number, size: number, weight: Weight, colour: string): void {
    let x = left
    for (const piece of piecesOf(text, weight)) {
      this.#document.font(this.#named(piece.face)).fontSize(size).fillColor(colour)
      this.#document.text(piece.text, x, baseline, { lineBreak: false, baseline: 'alphabetic' })
      x += pieceWidth(piece) * size
    }
  }
}

function lines(text: string, width: number, size: number, weight: Weight): string[] {
  const all = text.split('\n').flatMap((line) => wrapText(line, width, size, weight))
  return all.length > 0 ? all : ['']
}
