/** Files that Vite and vitest import as a data URL. */
declare module '*?inline' {
  const dataUrl: string
  export default dataUrl
}

/** Files that Vite and vitest import as their text. */
declare module '*?raw' {
  const text: string
  export default text
}

declare module 'svg-to-pdfkit' {
  interface Options {
    readonly assumePt?: boolean
    /** The registered name of the font for a text of a family. */
    readonly fontCallback?: (family: string) => string
    readonly warningCallback?: (message: string) => void
  }
  export default function svgToPdf(document: PDFKit.PDFDocument, svg: string, x: number, y: number, options?: Options): void
}

declare module 'fontkit' {
  interface Path {
    scale(x: number, y: number): Path
    translate(x: number, y: number): Path
    toSVG(): string
  }
  interface Font {
    readonly unitsPerEm: number
    hasGlyphForCodePoint(codePoint: number): boolean
    /** Advances and offsets in font units. */
    layout(text: string): {
      readonly glyphs: readonly { readonly id: number; readonly path: Path }[]
      readonly positions: readonly { readonly xAdvance: number; readonly xOffset: number; readonly yOffset: number }[]
    }
  }
  export function create(font: Buffer): Font
}
