import { extname } from 'node:path'
import { type FigureFormat, figureFormats } from '../../common/export/figure.ts'
import { oneOf } from './values.ts'

/** As a file's name ends; SVG without an ending. @throws when it ends otherwise */
export function figureFormatOf(output: string | undefined): FigureFormat {
  const ending = extname(output ?? '').slice(1)
  return oneOf('figure format', figureFormats)(ending === '' ? 'svg' : ending)
}
