import { messageOf } from '../../../common/caught.ts'
import type { CsvTable } from '../../../common/export/csv-table.ts'
import type { Figure, FigureFormat, FigureHead } from '../../../common/export/figure.ts'
import type { NetworkDesign } from '../../../common/network/design.ts'
import type { DiagramPart } from '../../../common/paper/diagrams.ts'
import { type Network, buildNetwork } from '../../../common/network/network.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { csvOf } from '../../export/run-csv.ts'
import type { Store } from '../../store/store.ts'

/** Longest table in characters: it goes through one message, which must stay well below the wire's limits. */
const longestTable = 24 * 1024 * 1024

/** Draws a figure and returns the file's bytes in base64. The drawing libraries are large and loaded with the first figure. */
export async function drawFigure(figure: Figure, format: FigureFormat): Promise<{ content: string; warning: string | null }> {
  for (const axis of [figure.x, figure.y]) {
    if (!(axis.max > axis.min))
      throw new SkiplabError('bad-input', `The axis "${axis.title}" ends at ${axis.max}, which is not above its start at ${axis.min}.`)
    if (axis.logarithmic && axis.min <= 0)
      throw new SkiplabError('bad-input', `The logarithmic axis "${axis.title}" starts at ${axis.min}; it must start above 0.`)
  }
  const [{ lineFigure }, { fontWarning, renderFigure }] = await Promise.all([
    import('../../export/line-figure.ts'),
    import('../../export/render.ts'),
  ])
  const svg = lineFigure(figure)
  return { content: (await renderFigure(svg, format)).toString('base64'), warning: await fontWarning(svg, format) }
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

export async function exportCsv(store: Store, table: CsvTable, runIds: readonly number[]): Promise<{ text: string; rows: number }> {
  const { evaluations, metrics, results, runs } = store
  return csvOf(
    table,
    runIds.map((id) => runs.get(id)),
    {
      epochs: (id) => metrics.epochs(id),
      steps: (id) => metrics.steps(id, 0, Number.MAX_SAFE_INTEGER),
      layers: (id) => metrics.layerStatistics(id, null),
      results: (id) => results.rows(id),
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
