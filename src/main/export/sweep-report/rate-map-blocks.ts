import { rateCellText, type RateMap, rateMaps } from '../../../common/analysis/rate-map.ts'
import { mapFigureSchema } from '../../../common/export/map-figure.ts'
import type { RunSummary } from '../../../common/records/records.ts'
import type { ReportBlock } from '../../../common/report/sweep-report.ts'

/** Test errors by learning rate and depth of networks that were trained at several rates: a heat map for several depths, and a table. */
export function rateMapBlocks(runs: readonly RunSummary[]): ReportBlock[] {
  const maps = rateMaps(runs, 'test')
  return maps.length === 0 ? [] : [{ kind: 'section', title: 'Learning rate and depth' }, ...maps.flatMap(blocksOf)]
}

function blocksOf(map: RateMap): ReportBlock[] {
  const { label, rates, depths, cells } = map
  return [
    ...(depths.length > 1 ? pictureOf(map) : []),
    {
      kind: 'table',
      caption:
        `Test error at the last epoch by learning rate and layers, ${label}; mean ± standard deviation over seeds, ` +
        '* lowest of each depth',
      columns: [{ title: 'learning rate', right: true }, ...depths.map((depth) => ({ title: `${depth} layers`, right: true }))],
      rows: rates.map((rate, row) => [String(rate), ...cells[row]!.map((cell) => `${cell.best ? '* ' : ''}${rateCellText(cell)}`)]),
    },
  ]
}

/** Cells of equal size, named by their depths and rates. */
function pictureOf({ label, rates, depths, cells }: RateMap): ReportBlock[] {
  const values = cells.map((row) => row.map(({ statistics }) => (statistics ? Number((statistics.mean * 100).toPrecision(6)) : null)))
  const known = values.flat().filter((value) => value !== null)
  if (known.length === 0) return []
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const axis = (title: string, names: readonly number[]) => ({
    title,
    first: 1,
    last: names.length,
    ticks: names.map((name, index) => ({ at: index + 1, label: String(name) })),
  })
  const figure = mapFigureSchema.parse({
    kind: 'map',
    title: `Test error by learning rate and layers, ${label}`,
    subtitle: '',
    show: { title: false, subtitle: false },
    width: 420,
    colour: { title: 'test error, %', min: low, max: high > low ? high : low + 1 },
    panels: [{ title: '', x: axis('layers', depths), y: axis('learning rate', rates), values }],
  })
  return [{ kind: 'map', figure, caption: `${figure.title}: means over seeds.`, command: 'npx skiplab compare --rate-map' }]
}
