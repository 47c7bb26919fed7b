import { extname } from 'node:path'
import { type FigureFormat, figureFormats } from '../../common/export/figure.ts'
import { oneOf } from './values.ts'

/** Tells the format by the file's extension; SVG where there is none. @throws when it ends otherwise */
export function figureFormatOf(output: string | undefined): FigureFormat {
  const ending = extname(output ?? '').slice(1)
  return oneOf('figure format', figureFormats)(ending === '' ? 'svg' : ending)
}
