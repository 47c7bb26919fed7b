import { type FigureFormat, usualDpi } from '../../common/export/figure.ts'

/** CSS pixels to the inch. */
const cssDpi = 96

/**
 * Converts a figure's SVG to the bytes of a file of the given format, its fonts inside. The converters are large and only loaded when
 * needed.
 * @param dpi of a PNG, which its file states too
 */
export async function renderFigure(svg: string, format: FigureFormat, dpi = usualDpi): Promise<Buffer> {
  if (format === 'pdf') return (await import('./pdf.ts')).figurePdf(svg)
  if (format === 'svg') {
    const [{ embeddedFonts }, { parseFigure, textsOf }] = await Promise.all([import('./fonts.ts'), import('./figure-text.ts')])
    return Buffer.from(svg.replace('</desc>', `</desc>${embeddedFonts(textsOf(parseFigure(svg)))}`))
  }
  const [{ default: sharp }, { outlineText }] = await Promise.all([import('sharp'), import('./text-outlines.ts')])
  return sharp(Buffer.from(outlineText(svg)), { density: (72 * dpi) / cssDpi })
    .withMetadata({ density: dpi })
    .png({ compressionLevel: 9 })
    .toBuffer()
}

/** Says which letters of a figure no bundled font has; null when there are none. */
export async function fontWarning(svg: string, format: FigureFormat): Promise<string | null> {
  const [{ lettersWithoutFont }, { parseFigure, textsOf }] = await Promise.all([import('./fonts.ts'), import('./figure-text.ts')])
  const missing = lettersWithoutFont(
    textsOf(parseFigure(svg))
      .map(({ text }) => text)
      .join(' '),
  )
  if (missing.length === 0) return null
  const letters = `${missing.slice(0, 12).join(' ')}${missing.length > 12 ? ' …' : ''}`
  return format === 'svg'
    ? `The bundled font has no letters for ${letters}: whoever opens the SVG sees them in a font of their own system.`
    : `The bundled font has no letters for ${letters}: they are boxes in the ${format.toUpperCase()}. An SVG shows them in a ` +
        'font of the system that opens it.'
}
