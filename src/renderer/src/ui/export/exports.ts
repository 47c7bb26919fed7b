import type { FigureFormat, FigureHead, FigureInput } from '../../../../common/export/figure.ts'
import type { MapFigureInput } from '../../../../common/export/map-figure.ts'
import type { CsvTable } from '../../../../common/export/csv-table.ts'
import type { NetworkDesign } from '../../../../common/network/design.ts'
import type { DiagramPart } from '../../../../common/paper/diagrams.ts'
import { api } from '../../connection/api.ts'

const mimeTypes = { svg: 'image/svg+xml', png: 'image/png', pdf: 'application/pdf' } as const satisfies Record<FigureFormat, string>

/** Has the engine draw a figure, the same that the command line draws, and says which letters no font has. */
export async function drawnFigure(
  figure: FigureInput | MapFigureInput,
  format: FigureFormat,
): Promise<{ blob: Blob; warning: string | null }> {
  const { content, warning } = await api.call('exports.figure', { figure, format })
  return { blob: blobOf({ content }, format), warning }
}

/** What of which networks is drawn. */
export interface Diagram {
  readonly part: DiagramPart
  readonly designs: readonly NetworkDesign[]
}

/** Has the engine draw networks side by side, or a block of each, `width` pixels. */
export async function drawnNetworks({ part, designs }: Diagram, width: number, format: FigureFormat, show: FigureHead): Promise<Blob> {
  return blobOf(await api.call('exports.networks', { designs: [...designs], part, width, format, show }), format)
}

function blobOf({ content }: { content: string }, format: FigureFormat): Blob {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))
  return new Blob([bytes], { type: mimeTypes[format] })
}

/** Fetches a table of these runs as RFC 4180 text. */
export async function csvOfRuns(table: CsvTable, runs: readonly { readonly id: number }[]): Promise<string> {
  return (await api.call('exports.csv', { table, runIds: runs.map((run) => run.id) })).text
}

/** Copies a picture or a text to the clipboard; the picture may still be being made. */
export async function copy(content: Promise<Blob>): Promise<void> {
  const blob = await content
  // Browsers take few types on the clipboard; an SVG is text to editors and mail alike.
  if (blob.type === mimeTypes.png) await navigator.clipboard.write([new ClipboardItem({ [blob.type]: blob })])
  else await navigator.clipboard.writeText(await blob.text())
}
