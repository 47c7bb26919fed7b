import { buffer } from 'node:stream/consumers'
import svgToPdf from 'svg-to-pdfkit'
import { pdfDocument } from './pdf-document.ts'
import { splitByFace } from './text-outlines.ts'

/** Points (1/72 inch) of a CSS pixel (1/96 inch). */
const pointsPerPixel = 0.75

/** Converts a figure's SVG to a PDF page of its own size: vectors, and text in embedded fonts, so that it prints alike everywhere. */
export async function figurePdf(svg: string): Promise<Buffer> {
  const [width, height] = ['width', 'height'].map((name) => Number(new RegExp(`<svg[^>]* ${name}="([\\d.]+)"`).exec(svg)?.[1]))
  if (!width || !height) throw new Error('The figure has no size.')
  const { document, nameFace } = pdfDocument([width * pointsPerPixel, height * pointsPerPixel])
  const content = buffer(document)
  svgToPdf(document, splitByFace(svg, nameFace), 0, 0, {
    assumePt: false,
    fontCallback: (family) => family,
    warningCallback: () => undefined,
  })
  document.end()
  return content
}
