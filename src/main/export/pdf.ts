import { buffer } from 'node:stream/consumers'
import PDFDocument from 'pdfkit'
import svgToPdf from 'svg-to-pdfkit'
import { regularFont, semiboldFont } from './fonts.ts'

/** Points (1/72 inch) of a CSS pixel (1/96 inch). */
const pointsPerPixel = 0.75

/** A figure's SVG as a PDF page of its own size: vectors, and text in an embedded font, so that it prints alike everywhere. */
export async function figurePdf(svg: string): Promise<Buffer> {
  const [width, height] = ['width', 'height'].map((name) => Number(new RegExp(`<svg[^>]* ${name}="([\\d.]+)"`).exec(svg)?.[1]))
  if (!width || !height) throw new Error('The figure has no size.')
  // The types do not know it, but null keeps pdfkit from reading its own metrics of Helvetica from disk.
  const font = null as unknown as string
  const document = new PDFDocument({ size: [width * pointsPerPixel, height * pointsPerPixel], margin: 0, font, info: { Creator: 'Skiplab' } })
  const content = buffer(document)
  document.registerFont('regular', regularFont())
  document.registerFont('semibold', semiboldFont())
  svgToPdf(document, svg, 0, 0, { assumePt: false, fontCallback: (_family, bold) => (bold ? 'semibold' : 'regular'), warningCallback: () => undefined })
  document.end()
  return content
}
