import { messageOf } from '../../../common/caught.ts'
import type { CsvTable } from '../../../common/export/csv-table.ts'
import type { Figure, FigureFormat, FigureHead } from '../../../common/export/figure.ts'
import type { MapFigure } from '../../../common/export/map-figure.ts'
import type { NetworkDesign } from '../../../common/network/design.ts'
import type { DiagramPart } from '../../../common/paper/diagrams.ts'
import { type Network, buildNetwork } from '../../../common/network/network.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { csvOf } from '../../export/run-csv.ts'
import type { Store } from '../../store/store.ts'
import { confusionOf } from './confusion.ts'
import type { Datasets } from './datasets.ts'

/** Longest table in characters: it goes through one message, which must stay well below the wire's limits. */
const longestTable = 24 * 1024 * 1024

/** Draws a figure and returns the file's bytes in base64. The drawing libraries are large and loaded with the first figure. */
export async function drawFigure(figure: Figure | MapFigure, format: FigureFormat): Promise<{ content: string; warning: string | null }> {
  const svg = 'kind' in figure ? await drawMaps(figure) : await drawLines(figure)
  const { fontWarning, renderFigure } = await import('../../export/render.ts')
  return { content: (await renderFigure(svg, format)).toString('base64'), warning: await fontWarning(svg, format) }
}

async function drawLines(figure: Figure): Promise<string> {
  requireExtent(`The axis "${figure.x.title}"`, figure.x)
  requireExtent(`The axis "${figure.y.title}"`, figure.y)
  return (await import('../../export/line-figure.ts')).lineFigure(figure)
}

async function drawMaps(figure: MapFigure): Promise<string> {
  requireExtent(`The scale of colours "${figure.colour.title}"`, figure.colour)
  for (const { title, values } of figure.panels)
    if (values.some((row) => row.length !== values[0]!.length))
      throw new SkiplabError('bad-input', `The rows of the map "${title}" are of several lengths; each must have a value for each column.`)
  return (await import('../../export/map-figure.ts')).mapFigure(figure)
}

function requireExtent(
  what: string,
  { min, max, logarithmic }: { readonly min: number; readonly max: number; readonly logarithmic: boolean },
): void {
  if (!(max > min)) throw new SkiplabError('bad-input', `${what} ends at ${max}, which is not above its start at ${min}.`)
  if (logarithmic && min <= 0) throw new SkiplabError('bad-input', `${what} is logarithmic and starts at ${min}; it must start above 0.`)
}

/** Draws network diagrams and returns the file's bytes in base64. @throws SkiplabError bad-input for a design that is no network */
export async function drawNetworks(
  designs: readonly NetworkDesign[],
  part: DiagramPart,
  { width, format, show }: { readonly width: number; readonly format: FigureFormat; readonly show: FigureHead },
): Promise<{ content: string }> {
  const [{ diagramOf }, { renderFigure }] = await Promise.all([import('../../export/diagram.ts'), import('../../export/render.ts')])
  const svg = diagramOf(part, designs.map(networkOf), { width, title: null, show })
  return { content: (await renderFigure(svg, format)).toString('base64') }
}

function networkOf(design: NetworkDesign): Network {
  try {
    return buildNetwork(design)
  } catch (error) {
    throw new SkiplabError('bad-input', messageOf(error))
  }
}

export async function exportCsv(
  { store, datasets }: { readonly store: Store; readonly datasets: Datasets },
  table: CsvTable,
  runIds: readonly number[],
): Promise<{ text: string; rows: number }> {
  const { evaluations, metrics, results, runs } = store
  return csvOf(
    table,
    runIds.map((id) => runs.get(id)),
    {
      epochs: (id) => metrics.epochs(id),
      steps: (id) => metrics.steps(id, 0, Number.MAX_SAFE_INTEGER),
      layers: (id) => metrics.layerStatistics(id, null),
      results: (id) => results.rows(id),
      confusion: (id, checkpoint) => confusionOf({ store, datasets }, id, checkpoint),
      evaluations: (ids) => evaluations.list(ids, null),
      written: (length) => {
        if (length > longestTable)
          throw new SkiplabError(
            'bad-input',
            `The ${table} of these ${runIds.length} runs make a table of more than 24 MB. Choose fewer runs, or use "skiplab ` +
              `export csv --table ${table}".`,
          )
      },
    },
  )
}
