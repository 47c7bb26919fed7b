import type { FigureFormat } from '../../common/export/figure.ts'

/** Pixels of a PNG per CSS pixel: 640 px wide gives 1920 px, 300 dpi at 6.4 inches. */
const pngScale = 3

/** A figure's SVG as the bytes of a file of the given format, its fonts inside. The converters are large and only loaded when needed. */
export async function renderFigure(svg: string, format: FigureFormat): Promise<Buffer> {
  if (format === 'pdf') return (await import('./pdf.ts')).figurePdf(svg)
  if (format === 'svg') {
    const { embeddedFonts } = await import('./fonts.ts')
    return Buffer.from(svg.replace('</desc>', `</desc>${embeddedFonts()}`))
  }
  const [{ default: sharp }, { outlineText }] = await Promise.all([import('sharp'), import('./text-outlines.ts')])
  return sharp(Buffer.from(outlineText(svg)), { density: 72 * pngScale }).png({ compressionLevel: 9 }).toBuffer()
}
