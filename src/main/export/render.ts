export const figureFormats = ['svg', 'png', 'pdf'] as const
export type FigureFormat = (typeof figureFormats)[number]

/** Pixels of a PNG per CSS pixel: 640 px wide gives 1920 px, 300 dpi at 6.4 inches. */
const pngScale = 3

/** A figure's SVG as the bytes of a file of the given format. The converters are large and only loaded when needed. */
export async function renderFigure(svg: string, format: FigureFormat): Promise<Buffer> {
  if (format === 'svg') return Buffer.from(svg)
  if (format === 'pdf') return (await import('./pdf.ts')).figurePdf(svg)
  const { default: sharp } = await import('sharp')
  return sharp(Buffer.from(svg), { density: 72 * pngScale }).png({ compressionLevel: 9 }).toBuffer()
}
