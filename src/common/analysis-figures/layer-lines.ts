import { epochsText } from '../analyses/kinds/compared-weights.ts'
import { depthColor, type RampTheme } from '../analysis/depth-ramp.ts'
import { seedStatistics } from '../analysis/statistics.ts'
import type { FigureInput } from '../export/figure.ts'
import type { RunSummary } from '../records/records.ts'
import type { ChartSeries, ChartView } from '../chart/series.ts'
import { figureLine } from '../chart/figure-line.ts'
import { lineNames } from '../run-lines/line-names.ts'
import { depthOf } from '../run-lines/run-labels.ts'
import { facets, seedLines } from '../run-lines/seed-lines.ts'
import { type LayerHistory, type LayerRow, rowAt } from './layer-rows.ts'

export interface LayerSource {
  readonly run: RunSummary
  readonly history: LayerHistory
}

export interface LayerLook {
  readonly epoch: number
  readonly sorted: boolean
  /** Finished seeds of one network as their mean, with a band of ± 1 std. */
  readonly ofSeeds: boolean
  /** All networks in one panel, plain ones dashed, as in the paper's Fig. 7; else a panel for each variant. */
  readonly together?: boolean
  readonly theme: RampTheme
}

/**
 * Makes lines of the responses of a run's layers, or of their means over seeds, in the colour of the depth, which is also the line's name.
 */
export function layerLines(sources: readonly LayerSource[], { epoch, sorted, ofSeeds, theme, together = false }: LayerLook): ChartSeries[] {
  const names = lineNames(sources.map(({ run }) => run))
  const named = new Set<string>()
  const several = new Set(sources.map(({ run }) => run.settings.seed)).size > 1
  return seedLines(sources, ofSeeds).flatMap((members): ChartSeries[] => {
    const rows = members.flatMap(({ history }) => rowAt(history, epoch) ?? [])
    const [source] = members
    if (!source || !rows.length) return []
    const depth = depthOf(source.run)
    const { network, difference, member } = names.get(source.run.id)!
    const endLabel = together ? network : difference ? `${depth}, ${difference}` : `${depth}`
    const first = !named.has(endLabel)
    named.add(endLabel)
    const layers = meanRow(rows)
    if (sorted) layers.sort((a, b) => b.y - a.y)
    const shown = Math.min(...rows.map((row) => row.epoch))
    return [
      {
        key: `${source.run.id}`,
        label: `${network}, ${members.length > 1 ? `mean of ${rows.length} seeds` : member}${shown < epoch ? `, epoch ${shown}` : ''}`,
        brief: members.length > 1 ? `${endLabel}, mean` : several ? `${endLabel}, ${member}` : endLabel,
        endLabel: first ? endLabel : undefined,
        runs: members.map(({ run }) => run.id),
        color: depthColor(depth, theme),
        dashed: together && source.run.settings.network.family === 'plain',
        width: 1.75,
        points: layers.map(({ y }, index) => ({ x: index + 1, y })),
        ...(rows.length > 1 && { band: layers.map(({ spread }) => spread) }),
      },
    ]
  })
}

/** Computes each layer's mean over seeds with its standard deviation; NaN where a seed has none. */
function meanRow(rows: readonly LayerRow[]): { y: number; spread: number | null }[] {
  const width = Math.min(...rows.map(({ values }) => values.length))
  return Array.from({ length: width }, (_, layer) => {
    const seeds = seedStatistics(rows.map(({ values }) => values[layer]!))
    return { y: seeds?.mean ?? NaN, spread: seeds?.std ?? null }
  })
}

export interface LayerPanel {
  readonly key: string
  readonly title: string
  readonly note: string
  readonly sorted: boolean
  readonly sources: readonly LayerSource[]
  readonly series: readonly ChartSeries[]
}

/**
 * Plain beside residual, above in the network's order and below sorted; of more than two variants each has a row. Together they are the
 * paper's Fig. 7.
 */
export function layerPanels(sources: readonly LayerSource[], look: Omit<LayerLook, 'sorted'>): LayerPanel[] {
  const byId = new Map(sources.map((source) => [source.run.id, source]))
  const variants = look.together
    ? [{ name: 'all networks', sources }]
    : facets(sources.map(({ run }) => run)).map(({ name, runs }) => ({
        name,
        sources: runs.flatMap((run) => byId.get(run.id) ?? []),
      }))
  const orders = [false, true]
  const panel = (variant: (typeof variants)[number], sorted: boolean): LayerPanel => ({
    key: `${variant.name} ${sorted}`,
    title: variant.name,
    note: sorted ? 'sorted, largest first' : 'in layer order',
    sorted,
    sources: variant.sources,
    series: layerLines(variant.sources, { ...look, sorted }),
  })
  return variants.length <= 2
    ? orders.flatMap((sorted) => variants.map((variant) => panel(variant, sorted)))
    : variants.flatMap((variant) => orders.map((sorted) => panel(variant, sorted)))
}

/** Finds the run whose response at a layer lies nearest to a value; the longest when no value is given. Null where none has the layer. */
export function nearestRun(sources: readonly LayerSource[], epoch: number, index: number, value: number): LayerSource | null {
  const having = sources.filter(({ history }) => index >= 0 && index < history.layers.length)
  const distance = ({ history }: LayerSource): number =>
    Number.isFinite(value) ? Math.abs((rowAt(history, epoch)?.values[index] ?? Infinity) - value) : -history.layers.length
  return having.reduce<LayerSource | null>((best, one) => (best && distance(best) <= distance(one) ? best : one), null)
}

/** What a figure shows of the layers. */
export interface LayerWords {
  readonly title: string
  readonly xTitle: string
  readonly yTitle: string
  /** What sorted layers are sorted by: "std". */
  readonly sortedBy: string
}

/** What training records of each layer's response. */
export const recordedMeasures = {
  std: {
    title: 'Response of each 3×3 layer, after BN and before nonlinearity and addition',
    xTitle: 'layer',
    yTitle: 'std of response',
    sortedBy: 'std',
  },
  mean: {
    title: 'Mean response of each 3×3 layer, after BN and before nonlinearity and addition',
    xTitle: 'layer',
    yTitle: 'mean of response',
    sortedBy: 'mean',
  },
} as const satisfies Readonly<Record<string, LayerWords>>
export type RecordedMeasure = keyof typeof recordedMeasures

/** Makes the figure of the panels as they are seen, in the colours of paper. @param words of what is shown */
export function layersAsFigure(
  sources: readonly LayerSource[],
  look: Omit<LayerLook, 'sorted' | 'theme'>,
  axis: { readonly min: number; readonly max: number; readonly logarithmic: boolean },
  view: ChartView | null,
  words: LayerWords = recordedMeasures.std,
): FigureInput {
  const most = Math.max(2, ...sources.map(({ history }) => history.layers.length))
  const x = view?.x ?? { min: 1, max: most }
  const panels = layerPanels(sources, { ...look, theme: 'light' })
  const band = panels.some(({ series }) => series.some((line) => line.band))
  const [first] = sources
  const epochs = sources.flatMap(({ history }) => rowAt(history, look.epoch)?.epoch ?? [])
  const when = epochs.some((epoch) => epoch > 0) ? `after ${epochsText(epochs)}` : 'at initialisation'
  return {
    title: words.title,
    subtitle: first ? `${first.run.settings.dataset.name}, ${first.run.settings.recipe.name}, ${when}` : '',
    width: 692,
    columns: panels.length > 2 ? 2 : 1,
    x: { title: words.xTitle, ...x, whole: true },
    y: { title: words.yTitle, ...axis, ...view?.y },
    panels: panels.map(({ title, sorted, series }) => ({
      title: sorted || look.together ? '' : title,
      xTitle: sorted ? `${words.xTitle}, sorted by ${words.sortedBy}` : words.xTitle,
      lines: series.map((line) => figureLine({ ...line, endLabel: line.endLabel?.replace(/^\d+/, '$& layers') }, x)),
    })),
    key: [
      ...(look.together ? [{ label: 'plain', dashed: true, strokeWidth: 1.75 }] : []),
      ...(band ? [{ label: 'mean ± std over seeds', strokeWidth: 0, band: true }] : []),
    ],
  }
}
