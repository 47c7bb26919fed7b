import type { RampTheme } from '../../../../../common/analysis/depth-ramp.ts'
import { spreadOf } from '../../../../../common/lesions/spread.ts'
import { chanceError } from '../../../../../common/analyses/kinds/lesions-table.ts'
import type { LesionedRun } from '../../../../../common/analyses/kinds/lesions.ts'
import type { FigureInput } from '../../../../../common/export/figure.ts'
import type { AxisRange, ChartSeries } from '../../../ui/chart/series.ts'
import { figureLine } from '../../../ui/export/figure-line.ts'
import { type DrawnRun, greys, runColor } from './drawn-runs.ts'

export type LesionedNet = DrawnRun<LesionedRun>

/** Errors of one network by block. */
export interface LesionPanel {
  readonly key: number
  readonly title: string
  readonly note: string
  readonly series: readonly ChartSeries[]
}

/** A panel for each run: a bar for each block, and lines where the undamaged net and a guess are. Errors in percent. */
export function lesionPanels(nets: readonly LesionedNet[], theme: RampTheme): LesionPanel[] {
  const most = mostBlocks(nets)
  return nets.map((net) => ({
    key: net.run.runId,
    title: net.name,
    note: `${(100 * net.run.error).toFixed(2)} % undamaged`,
    series: [...bars(net, most, theme), ...levels(net, most, theme)],
  }))
}

function mostBlocks(nets: readonly LesionedNet[]): number {
  return Math.max(1, ...nets.flatMap(({ run }) => run.blocks.map(({ position }) => position)))
}

/** Where bars begin: below the axis, so that the line between two bars is not seen; percent. */
const below = -10

function bars(net: LesionedNet, most: number, theme: RampTheme): ChartSeries[] {
  const color = runColor(net, theme)
  const done = net.run.blocks.flatMap(({ position, error }) => (error === null ? [] : [{ x: position, y: 100 * error }]))
  const common = { color, runs: [net.run.runId] }
  return [
    {
      ...common,
      key: `${net.run.runId} bars`,
      // Without a name: the marks at the tops are read.
      label: '',
      width: Math.max(2, Math.min(8, 160 / most)),
      points: done.flatMap(({ x, y }) => [
        { x, y: below },
        { x, y },
        { x, y: below },
      ]),
    },
    { ...common, key: `${net.run.runId} tops`, label: 'after the lesion', dots: true, points: done },
  ]
}

function levels({ run }: LesionedNet, most: number, theme: RampTheme): ChartSeries[] {
  const level = (label: string, error: number): ChartSeries => ({
    key: `${run.runId} ${label}`,
    label,
    endLabel: label,
    color: greys[theme],
    dashed: true,
    width: 1.25,
    points: Array.from({ length: most + 2 }, (_, index) => ({ x: index, y: 100 * error })),
  })
  return [level('chance', chanceError(run)), level('undamaged', run.error)]
}

/** Ends of the axes that all panels share. */
export function lesionAxes(nets: readonly LesionedNet[]): { readonly x: AxisRange; readonly y: AxisRange } {
  const errors = nets.flatMap(({ run }) => [
    chanceError(run),
    run.error,
    ...run.blocks.flatMap(({ error }) => error ?? []),
    ...run.several.flatMap((each) => each.errors),
  ])
  return { x: { min: 0.25, max: mostBlocks(nets) + 0.75 }, y: { min: 0, max: Math.min(100, 10 * Math.ceil(10.2 * Math.max(...errors))) } }
}

/** Mean error of each run by the number of lesions at once, with a band of ± one standard deviation over the draws; in percent. */
export function severalLines(nets: readonly LesionedNet[], theme: RampTheme): ChartSeries[] {
  return nets
    .filter(({ run }) => run.several.length > 0)
    .map((net) => {
      const statistics = net.run.several.map(({ lesions, errors }) => ({ lesions, ...spreadOf(errors) }))
      return {
        key: String(net.run.runId),
        label: net.name,
        endLabel: net.name,
        color: runColor(net, theme),
        dashed: net.plain,
        marked: true,
        runs: [net.run.runId],
        band: [null, ...statistics.map(({ std }) => (std ? 100 * std : null))],
        points: [{ x: 0, y: 100 * net.run.error }, ...statistics.map(({ lesions, mean }) => ({ x: lesions, y: 100 * mean }))],
      }
    })
}

/** Panels of blocks, and behind them the one of several lesions, in the colours of paper. */
export function lesionsFigure(nets: readonly LesionedNet[], title: string, subtitle: string): FigureInput {
  const { x, y } = lesionAxes(nets)
  return {
    title,
    subtitle,
    width: 692,
    columns: Math.min(2, nets.length),
    x: { title: 'block', ...x, whole: true },
    y: { title: 'error, %', ...y },
    panels: lesionPanels(nets, 'light').map((panel) => ({
      title: panel.title,
      lines: panel.series.map((line) => figureLine(line, x)),
    })),
  }
}

export function severalFigure(nets: readonly LesionedNet[], title: string, subtitle: string): FigureInput {
  const lines = severalLines(nets, 'light')
  const x = { min: 0, max: Math.max(1, ...lines.flatMap(({ points }) => points.map((point) => point.x))) }
  return {
    title,
    subtitle,
    width: 336,
    x: { title: 'lesions at once', ...x, whole: true },
    y: { title: 'error, %', ...lesionAxes(nets).y },
    panels: [{ title: '', lines: lines.map((line) => figureLine(line, x)) }],
    key: [
      { label: 'residual', strokeWidth: 1.75 },
      { label: 'plain', dashed: true, strokeWidth: 1.75 },
      { label: '± 1 std over draws', band: true },
    ],
  }
}
