import regular from '@fontsource/inter/files/inter-latin-400-normal.woff?inline'
import semibold from '@fontsource/inter/files/inter-latin-600-normal.woff?inline'

/** The bundled font of all figures, so that they look and print alike everywhere. */
export const regularFont = (): Buffer => fontBytes(regular)
export const semiboldFont = (): Buffer => fontBytes(semibold)

function fontBytes(dataUrl: string): Buffer {
  return Buffer.from(dataUrl.slice(dataUrl.indexOf(',') + 1), 'base64')
}

/** Style that carries the fonts inside an SVG: browsers and most editors use it, others fall back to the names in `font-family`. */
export function embeddedFonts(): string {
  const face = (weight: number, font: () => Buffer): string => `@font-face{font-family:Inter;font-weight:${weight};src:url(data:font/woff;base64,${font().toString('base64')})}`
  return `<style>${face(400, regularFont)}${face(600, semiboldFont)}</style>`
}
