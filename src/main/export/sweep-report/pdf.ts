import { deflateSync } from 'node:zlib'
import type { ReportBlock, ReportFile, ReportMap, ReportTable, SweepReport } from '../../../common/report/sweep-report.ts'
import { textWidth } from '../fonts.ts'
import { lineFigure } from '../line-figure.ts'
import { mapFigure } from '../map-figure.ts'
import { withinRoom } from './byte-budget.ts'
import { PdfPages } from './pdf-pages.ts'

/** Bytes of attachments and heat maps together: the file stays below 5 MB. */
const roomOfAttachments = 3_500_000

const size = { title: 18, section: 13, heading: 10.5, text: 9.5, table: 7.5, code: 7.5 } as const

/** Writes a report as a PDF of A4 pages: vector figures, embedded fonts, the sweep's file attached. */
export async function reportPdf(report: SweepReport): Promise<Buffer> {
  const pages = new PdfPages(report.title)
  pages.text(report.title, size.title, { weight: 600 })
  pages.text(report.subtitle, size.text, { quiet: true })
  // Drawings and letters take the rest; both are compressed in the file, as attachments are.
  const sizeOf = (block: ReportFile | ReportMap): number => deflateSync(block.kind === 'file' ? block.text : mapFigure(block.figure)).length
  for (const block of withinRoom(report.blocks, roomOfAttachments, sizeOf)) write(pages, block)
  return pages.end()
}

function write(pages: PdfPages, block: ReportBlock): void {
  switch (block.kind) {
    case 'section':
      pages.skip(10)
      pages.keep(60)
      return pages.text(block.title, size.section, { weight: 600 })
    case 'heading':
      pages.skip(6)
      pages.keep(60)
      return pages.text(block.title, size.heading, { weight: 600 })
    case 'text':
      return pages.text(block.text, block.tone === 'answer' ? 11 : size.text, {
        weight: block.tone === 'answer' ? 600 : 400,
        quiet: block.tone === 'quiet',
      })
    case 'facts':
      return pages.columns(
        block.facts.map(([name, value]) => [name, value]),
        { widths: [110, pages.width - 110], size: size.text, quietFirst: true },
      )
    case 'table':
      return writeTable(pages, block)
    case 'figure':
      pages.figure(lineFigure({ ...block.figure, width: pages.pixels }))
      return pages.text(block.caption, 8, { quiet: true })
    case 'map':
      pages.figure(mapFigure({ ...block.figure, width: Math.min(pages.pixels, block.figure.width) }))
      return pages.text(block.caption, 8, { quiet: true })
    case 'commands':
      for (const line of block.lines) pages.text(line, size.code, { indent: 8 })
      return
    case 'file':
      return pages.attach(block)
  }
}

function writeTable(pages: PdfPages, { caption, columns, rows }: ReportTable): void {
  pages.keep(50)
  pages.text(caption, 8, { quiet: true })
  const cells = [columns.map(({ title }) => title), ...rows]
  pages.columns(cells, {
    widths: columnWidths(cells, pages.width),
    size: size.table,
    head: true,
    right: columns.map(({ right }) => right === true),
  })
  pages.skip(6)
}

/** As wide as the longest cell; where that is too much together, the widest give way to the width of their longest word. */
function columnWidths(cells: readonly (readonly string[])[], room: number): number[] {
  const gap = 10
  const count = cells[0]?.length ?? 0
  const column = (index: number): string[] => cells.map((row) => row[index] ?? '')
  const whole = Array.from(
    { length: count },
    (_, index) => gap + Math.max(0, ...column(index).map((text) => textWidth(text, size.table, 600))),
  )
  const least = Array.from(
    { length: count },
    (_, index) =>
      gap +
      Math.max(
        0,
        ...column(index)
          .flatMap((text) => text.split(' '))
          .map((word) => Math.min(120, textWidth(word, size.table, 600))),
      ),
  )
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  const over = sum(whole) - room
  if (over <= 0) return whole
  const spare = whole.map((width, index) => width - least[index]!)
  return whole.map((width, index) => width - Math.min(spare[index]!, (over * spare[index]!) / Math.max(1, sum(spare))))
}
