import type { RampTheme } from '../analysis/depth-ramp.ts'
import { type Spread, spreadOf } from '../lesions/spread.ts'
import { chanceError } from '../analyses/kinds/lesions-table.ts'
import type { LesionedRun } from '../analyses/kinds/lesions.ts'
import { type AnalysisOptions, readOptions } from '../analyses/analyses.ts'
import { counted } from '../counted.ts'
import type { FigureInput } from '../export/figure.ts'
import type { AxisRange, ChartSeries } from '../chart/series.ts'
import { figureLine } from '../chart/figure-line.ts'
import { type DrawnAnalysis, whenWords } from './drawn-analysis.ts'
import { type DrawnNet, greys, netColor, netLine, overSeeds } from './drawn-nets.ts'

export type LesionedNet = DrawnNet<LesionedRun>

/** Errors of one network by block. */
export interface LesionPanel {
  readonly key: string
  readonly title: string
  readonly note: string
  readonly series: readonly ChartSeries[]
}

/** Error of a network after the lesion of a block, and what the lesion adds to it, over its seeds; null where a seed has none. */
export function blockErrors(net: LesionedNet) {
  return net.members[0]!.blocks.map(({ block, position }, index) => ({
    block,
    position,
    error: overSeeds(net, ({ blocks }) => blocks[index]?.error ?? null),
    effect: overSeeds(net, ({ blocks, error }) => (blocks[index]?.error == null ? null : blocks[index].error - error)),
  }))
}

/**
 * A panel for each run, or each network's seeds: a bar for each block, and lines where the undamaged net and a guess are. Errors in
 * percent.
 */
export function lesionPanels(nets: readonly LesionedNet[], theme: RampTheme): LesionPanel[] {
  const most = mostBlocks(nets)
  return nets.map((net) => ({
    key: net.key,
    title: net.name,
    note: `${spreadWords(overSeeds(net, ({ error }) => error))} % undamaged`,
    series: [...bars(net, most, theme), ...levels(net, most, theme)],
  }))
}

/** "12.30 ± 0.40", percent; a dash for null. */
export function spreadWords(spread: Spread | null): string {
  if (!spread) return '–'
  const { mean, std } = spread
  return `${(100 * mean).toFixed(2)}${std === null ? '' : ` ± ${(100 * std).toFixed(2)}`}`.replace(/^-/, '−')
}

function mostBlocks(nets: readonly LesionedNet[]): number {
  return Math.max(1, ...nets.flatMap(({ members }) => members.flatMap(({ blocks }) => blocks.map(({ position }) => position))))
}

/** Where bars begin: below the axis, so that the line between two bars is not seen; percent. */
const below = -10

/** Bars as high as the mean, and a mark for each seed. */
function bars(net: LesionedNet, most: number, theme: RampTheme): ChartSeries[] {
  const common = { color: netColor(net, theme), runs: net.runIds }
  const done = blockErrors(net).flatMap(({ position, error }) => (error ? [{ x: position, y: 100 * error.mean }] : []))
  const several = net.members.length > 1
  const tops = net.members.map((member, index): ChartSeries => ({
    ...common,
    key: `${net.key} tops ${index}`,
    label: several ? `after the lesion, ${index + 1} of ${net.members.length} seeds` : 'after the lesion',
    dots: true,
    points: member.blocks.flatMap(({ position, error }) => (error === null ? [] : [{ x: position, y: 100 * error }])),
  }))
  return [
    {
      ...common,
      key: `${net.key} bars`,
      // Without a name: the marks at the tops are read.
      label: '',
      width: Math.max(2, Math.min(8, 160 / most)),
      points: done.flatMap(({ x, y }) => [
        { x, y: below },
        { x, y },
        { x, y: below },
      ]),
    },
    ...tops,
  ]
}

function levels(net: LesionedNet, most: number, theme: RampTheme): ChartSeries[] {
  const level = (label: string, error: number): ChartSeries => ({
    key: `${net.key} ${label}`,
    label,
    endLabel: label,
    color: greys[theme],
    dashed: true,
    width: 1.25,
    points: Array.from({ length: most + 2 }, (_, index) => ({ x: index, y: 100 * error })),
  })
  return [level('chance', chanceError(net.members[0]!)), level('undamaged', overSeeds(net, ({ error }) => error)!.mean)]
}

/** Ends of the axes that all panels share. */
export function lesionAxes(nets: readonly LesionedNet[]): { readonly x: AxisRange; readonly y: AxisRange } {
  const errors = nets
    .flatMap(({ members }) => members)
    .flatMap((run) => [
      chanceError(run),
      run.error,
      ...run.blocks.flatMap(({ error }) => error ?? []),
      ...run.several.flatMap((each) => each.errors),
    ])
  return { x: { min: 0.25, max: mostBlocks(nets) + 0.75 }, y: { min: 0, max: Math.min(100, 10 * Math.ceil(10.2 * Math.max(...errors))) } }
}

/**
 * Mean error by the number of lesions at once, with a band of ± one standard deviation: of a run over the draws, of a network's seeds over
 * these; in percent.
 */
export function severalLines(nets: readonly LesionedNet[], theme: RampTheme): ChartSeries[] {
  return nets
    .filter(({ members }) => members[0]!.several.length > 0)
    .map((net) => {
      const [first] = net.members
      const statistics = first!.several.map(({ lesions, errors }, index) => {
        const ofSeeds = overSeeds(net, ({ several }) => (several[index] ? spreadOf(several[index].errors).mean : null))
        const { mean, std } = (net.members.length > 1 && ofSeeds) || spreadOf(errors)
        return { lesions, mean, std }
      })
      const undamaged = overSeeds(net, ({ error }) => error)!
      return {
        ...netLine(net, theme),
        marked: true,
        band: [undamaged, ...statistics].map(({ std }) => (std ? 100 * std : null)),
        points: [{ x: 0, y: 100 * undamaged.mean }, ...statistics.map(({ lesions, mean }) => ({ x: lesions, y: 100 * mean }))],
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
      { label: nets.some(({ members }) => members.length > 1) ? '± 1 std over seeds' : '± 1 std over draws', band: true },
    ],
  }
}

/** "one block removed; 2,000 images of test" */
export function lesionWords({ analysis, result, runs }: DrawnAnalysis<'lesions'>): string {
  const [first] = result.runs
  if (!first) return ''
  const images = [`${first.images.toLocaleString('en')} images of ${analysis.split}`, ...whenWords(analysis, runs)].join(', ')
  return `${deedWords(readOptions('lesions', analysis.options))}; ${images}`
}

const deeds = { remove: 'removed', swap: 'swapped with the next' } as const

/** "one block removed". */
export function deedWords({ mode, scale }: Pick<AnalysisOptions<'lesions'>, 'mode' | 'scale'>): string {
  return mode === 'halve' ? `F(x) of one block times ${scale}` : `one block ${deeds[mode]}`
}

/** "random blocks, 5 draws each" */
export function severalWords({ analysis, runs }: Pick<DrawnAnalysis<'lesions'>, 'analysis' | 'runs'>): string {
  return [`random blocks, ${counted(readOptions('lesions', analysis.options).repeats, 'draw')} each`, ...whenWords(analysis, runs)].join(
    ', ',
  )
}
