import { buffer } from 'node:stream/consumers'
import PDFDocument from 'pdfkit'
import svgToPdf from 'svg-to-pdfkit'
import type { Face } from './fonts.ts'
import { splitByFace } from './text-outlines.ts'

/** Points (1/72 inch) of a CSS pixel (1/96 inch). */
const pointsPerPixel = 0.75

/** Converts a figure's SVG to a PDF page of its own size: vectors, and text in embedded fonts, so that it prints alike everywhere. */
export async function figurePdf(svg: string): Promise<Buffer> {
  const [width, height] = ['width', 'height'].map((name) => Number(new RegExp(`<svg[^>]* ${name}="([\\d.]+)"`).exec(svg)?.[1]))
  if (!width || !height) throw new Error('The figure has no size.')
  // The types do not know it, but null keeps pdfkit from reading its own metrics of Helvetica from disk.
  const font = null as unknown as string
  const document = new PDFDocument({
    size: [width * pointsPerPixel, height * pointsPerPixel],
    margin: 0,
    font,
    info: { Creator: 'Skiplab' },
  })
  const content = buffer(document)
  const registered = new Set<string>()
  const nameFace = ({ name, bytes }: Face): string => {
    if (!registered.has(name)) document.registerFont(name, bytes)
    registered.add(name)
    return name
  }
  svgToPdf(document, splitByFace(svg, nameFace), 0, 0, {
    assumePt: false,
    fontCallback: (family) => family,
    warningCallback: () => undefined,
  })
  document.end()
  return content
}
