import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PDFiumLibrary } from '@hyzyla/pdfium'
import type { FigureFormat } from '../../src/common/export/figure.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A figure's file as a reader sees it. */
export interface Raster {
  readonly width: number
  readonly height: number
  /** Pixels per CSS pixel. */
  readonly scale: number
  /** Red, green and blue of a pixel, 0 to 255. */
  at(x: number, y: number): readonly [number, number, number]
}

const scale = 3

/** Draws a file: SVG by librsvg with the bundled font in reach, PDF by PDFium, as browsers do. */
export async function rasterise(file: Buffer, format: FigureFormat): Promise<Raster> {
  if (format === 'pdf') return rasterisePdf(file)
  await showBundledFont()
  const { default: sharp } = await import('sharp')
  const picture = format === 'svg' ? sharp(file, { density: 72 * scale }) : sharp(file)
  const { data, info } = await picture.flatten({ background: 'white' }).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return rasterOf(data, info.width, info.height, 3)
}

async function rasterisePdf(file: Buffer): Promise<Raster> {
  const library = await PDFiumLibrary.init()
  try {
    const document = await library.loadDocument(file)
    // A point of a PDF is 4/3 of a CSS pixel.
    const page = await document.getPage(0).render({ scale: (scale * 4) / 3, render: 'bitmap' })
    document.destroy()
    return rasterOf(page.data, page.width, page.height, 4)
  } finally {
    library.destroy()
  }
}

function rasterOf(data: Uint8Array, width: number, height: number, channels: number): Raster {
  return {
    width,
    height,
    scale,
    at(x, y) {
      const start = (Math.round(y) * width + Math.round(x)) * channels
      return [data[start] ?? 255, data[start + 1] ?? 255, data[start + 2] ?? 255]
    },
  }
}

let shown = false

/** librsvg takes no fonts from within an SVG: a machine without any would draw no letters. */
async function showBundledFont(): Promise<void> {
  if (shown) return
  shown = true
  const folder = await temporaryFolder()
  const file = join(folder, 'fonts.conf')
  writeFileSync(
    file,
    '<?xml version="1.0"?><fontconfig>' +
      `<dir>${resolve('node_modules/@fontsource/inter/files')}</dir><cachedir>${join(folder, 'cache')}</cachedir></fontconfig>`,
  )
  process.env.FONTCONFIG_FILE = file
}
