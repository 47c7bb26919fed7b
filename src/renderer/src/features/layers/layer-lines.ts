import { depthColor, type RampTheme } from '../../../../common/analysis/depth-ramp.ts'
import type { FigureInput } from '../../../../common/export/figure.ts'
import type { RunSummary } from '../../../../common/records/records.ts'
import type { ChartSeries, ChartView } from '../../ui/chart/series.ts'
import { figureLine } from '../../ui/export/figure-line.ts'
import { lineNames } from '../../entities/run/line-names.ts'
import { depthOf } from '../../entities/run/run-labels.ts'
import { type LayerHistory, rowAt } from './layer-rows.ts'

export interface LayerSource {
  readonly run: RunSummary
  readonly history: LayerHistory
}

export interface LayerLook {
  readonly epoch: number
  readonly sorted: boolean
  readonly theme: RampTheme
}

/** Colour is depth; plain nets dashed, as the paper's Fig. 7 sets the two apart. */
export function layerLines(sources: readonly LayerSource[], { epoch, sorted, theme }: LayerLook): ChartSeries[] {
  const names = lineNames(sources.map(({ run }) => run))
  const named = new Set<string>()
  return sources.flatMap(({ run, history }): ChartSeries[] => {
    const row = rowAt(history, epoch)
    if (!row) return []
    const values = sorted ? Float64Array.from(row.std).sort().reverse() : row.std
    const plain = run.settings.network.family === 'plain'
    const { network: name, member } = names.get(run.id)!
    const first = !named.has(name)
    named.add(name)
    return [
      {
        key: `${run.id}`,
        label: `${name}, ${member}${row.epoch < epoch ? `, epoch ${row.epoch}` : ''}`,
        endLabel: first ? name : undefined,
        runs: [run.id],
        color: depthColor(depthOf(run), theme),
        dashed: plain,
        width: plain ? 1.4 : 2,
        points: Array.from(values, (y, index) => ({ x: index + 1, y })),
      },
    ]
  })
}

/** The run whose response at a layer lies nearest to a value; the longest when no value is given. Null where none has the layer. */
export function nearestRun(sources: readonly LayerSource[], epoch: number, index: number, value: number): LayerSource | null {
  const having = sources.filter(({ history }) => index >= 0 && index < history.layers.length)
  const distance = ({ history }: LayerSource): number => (Number.isFinite(value) ? Math.abs((rowAt(history, epoch)?.std[index] ?? Infinity) - value) : -history.layers.length)
  return having.reduce<LayerSource | null>((best, one) => (best && distance(best) <= distance(one) ? best : one), null)
}

/** Both orders as they are seen, in the colours of paper. */
export function layersAsFigure(sources: readonly LayerSource[], look: Omit<LayerLook, 'sorted' | 'theme'>, axis: { readonly min: number; readonly max: number; readonly logarithmic: boolean }, view: ChartView | null): FigureInput {
  const most = Math.max(2, ...sources.map(({ history }) => history.layers.length))
  const x = view?.x ?? { min: 1, max: most }
  const panel = (sorted: boolean): FigureInput['panels'][number]['lines'] => layerLines(sources, { ...look, sorted, theme: 'light' }).map((line) => figureLine(line, x))
  const plain = sources.some(({ run }) => run.settings.network.family === 'plain')
  const [first] = sources
  return {
    title: 'Response of each 3×3 layer, after BN and before the nonlinearity',
    subtitle: first ? `${first.run.settings.dataset.name}, ${first.run.settings.recipe.name}, after epoch ${look.epoch}` : '',
    width: 692,
    arrangement: 'below',
    x: { title: 'layer', ...x, whole: true },
    y: { title: 'std', ...axis, ...view?.y },
    panels: [
      { title: '', xTitle: 'layer index, in the network’s order', lines: panel(false) },
      { title: '', xTitle: 'layers, sorted from largest to smallest', lines: panel(true) },
    ],
    key: plain ? [{ label: 'plain', dashed: true, strokeWidth: 1.4 }, { label: 'residual', strokeWidth: 2 }] : [],
  }
}
