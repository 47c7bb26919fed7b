import PDFDocument from 'pdfkit'
import type { Face } from './fonts.ts'

/** An empty PDF without fonts of its own: letters are drawn in faces of the bundled font, each embedded when it is first named. */
export function pdfDocument(size: 'A4' | [width: number, height: number], info: { readonly Title?: string } = {}) {
  // The types do not know it, but null keeps pdfkit from reading its own metrics of Helvetica from disk.
  const font = null as unknown as string
  const document = new PDFDocument({ size, margin: 0, font, info: { ...info, Creator: 'Skiplab' } })
  const registered = new Set<string>()
  const nameFace = ({ name, bytes }: Face): string => {
    if (!registered.has(name)) document.registerFont(name, bytes)
    registered.add(name)
    return name
  }
  return { document, nameFace }
}
