import { depthColor, type RampTheme } from '../../../../common/analysis/depth-ramp.ts'
import { seedStatistics } from '../../../../common/analysis/statistics.ts'
import type { FigureInput } from '../../../../common/export/figure.ts'
import { roundEnds, roundUp } from '../../../../common/chart/round-up.ts'
import { type AxisRange, type ChartSeries, valueRange } from '../../../../common/chart/series.ts'
import { figureLine } from '../../../../common/chart/figure-line.ts'
import { type LineName, lineNames } from '../../../../common/run-lines/line-names.ts'
import { depthOf } from '../../../../common/run-lines/run-labels.ts'
import { seedLines } from '../../../../common/run-lines/seed-lines.ts'
import type { LayerSource, RecordedMeasure } from '../../../../common/analysis-figures/layer-lines.ts'

export interface HistoryLook {
  readonly layer: string
  /** The run that was clicked; its line is the bold one. */
  readonly runId: number
  /** Finished seeds of one network as their mean. */
  readonly ofSeeds: boolean
  readonly measure: RecordedMeasure
}

/**
 * Response of one layer over the epochs, in every run, or mean over seeds, that has a layer of this name. Plain nets dashed: both
 * families are in one chart.
 */
export function layerHistoryLines(
  sources: readonly LayerSource[],
  { layer, runId, ofSeeds, theme }: Omit<HistoryLook, 'measure'> & { readonly theme: RampTheme },
): ChartSeries[] {
  const having = sources.filter(({ history }) => history.layers.includes(layer))
  const names = lineNames(sources.map(({ run }) => run))
  return seedLines(having, ofSeeds).flatMap((members): ChartSeries[] => {
    const [first] = members
    if (!first) return []
    const { run } = first
    const name = names.get(run.id)!
    const epochs = first.history.epochs.filter((epoch) => members.every(({ history }) => history.epochs.includes(epoch)))
    const values = epochs.map((epoch) =>
      seedStatistics(members.map(({ history }) => history.values[history.epochs.indexOf(epoch)]![history.layers.indexOf(layer)]!)),
    )
    return [
      {
        key: `${run.id}`,
        label: members.length > 1 ? `${name.network}, mean of ${members.length} seeds` : nameOf(name),
        runs: members.map((one) => one.run.id),
        color: depthColor(depthOf(run), theme),
        dashed: run.settings.network.family === 'plain',
        width: members.some((one) => one.run.id === runId) ? 2.5 : 1,
        points: epochs.map((x, index) => ({ x, y: values[index]?.mean ?? NaN })),
        ...(members.length > 1 && { band: values.map((value) => value?.std ?? null) }),
      },
    ]
  })
}

/** Makes the same for print, where no other chart names the lines. Null where there is nothing to draw. */
export function layerHistoryFigure(sources: readonly LayerSource[], look: HistoryLook): FigureInput | null {
  const lines = layerHistoryLines(sources, { ...look, theme: 'light' })
  const [first] = sources
  if (!first || !valueRange(lines)) return null
  const x = { min: 1, max: Math.max(2, ...lines.map((line) => line.points.at(-1)?.x ?? 1)) }
  return {
    title: `${look.measure === 'std' ? 'Response' : 'Mean response'} of layer ${look.layer} over the epochs`,
    subtitle: `${first.run.settings.dataset.name}, ${first.run.settings.recipe.name}; after BN and before nonlinearity and addition`,
    width: 692,
    x: { title: 'epoch', ...x, whole: true },
    y: { title: look.measure, ...historyAxis(lines) },
    panels: [{ title: '', lines: lines.map((line) => figureLine({ ...line, endLabel: line.label }, x)) }],
  }
}

/** An axis from 0 to where lines and bands fit in; of means on both sides of 0. */
export function historyAxis(lines: readonly ChartSeries[]): AxisRange {
  const { min, max } = valueRange(lines) ?? { min: 0, max: 1 }
  return min < 0 ? roundEnds(min, Math.max(0, max)) : { min: 0, max: roundUp(max) }
}

/** Exports a row for each epoch and a column for each run; runs without this layer are left out. */
export function layerHistoryCsv(sources: readonly LayerSource[], layer: string, measure: RecordedMeasure): string {
  const having = sources.filter(({ history }) => history.layers.includes(layer))
  const epochs = [...new Set(having.flatMap(({ history }) => history.epochs))].sort((a, b) => a - b)
  const value = ({ history }: LayerSource, epoch: number): string => {
    const found = history.values[history.epochs.indexOf(epoch)]?.[history.layers.indexOf(layer)]
    return found === undefined || Number.isNaN(found) ? '' : String(found)
  }
  const names = lineNames(having.map(({ run }) => run))
  const head = ['epoch', ...having.map(({ run }) => `"run ${run.id}: ${nameOf(names.get(run.id)!)}, ${measure}"`)]
  return [head, ...epochs.map((epoch) => [String(epoch), ...having.map((source) => value(source, epoch))])]
    .map((row) => `${row.join(',')}\r\n`)
    .join('')
}

function nameOf({ network, member }: LineName): string {
  return `${network}, ${member}`
}
