import type { AnalysisResult } from '../../../../../common/analyses/analyses.ts'
import type { ComparedWeights } from '../../../../../common/analyses/kinds/compared-weights.ts'
import { depthColor, type RampTheme } from '../../../../../common/analysis/depth-ramp.ts'
import { seedStatistics } from '../../../../../common/analysis/statistics.ts'
import type { FigureInput } from '../../../../../common/export/figure.ts'
import type { RunSummary } from '../../../../../common/records/records.ts'
import type { ChartSeries } from '../../../ui/chart/series.ts'
import { figureLine } from '../../../ui/export/figure-line.ts'
import { lineNames } from '../../../entities/run/line-names.ts'
import { depthOf } from '../../../entities/run/run-labels.ts'
import { seedLines } from '../../../entities/run/seed-lines.ts'

/** What is drawn over depth. */
export const gradientMeasures = [
  { value: 'layers', label: 'Responses', axis: '‖∂L/∂response‖', words: 'norm of one image’s loss gradient with respect to each response' },
  {
    value: 'blocks',
    label: 'Blocks',
    axis: '‖∂L/∂block output‖',
    words: 'norm of one image’s loss gradient with respect to each block’s output',
  },
  { value: 'weights', label: 'Weights', axis: '‖∂L/∂w‖', words: 'norm of the mean loss’s gradient with respect to each layer’s weights' },
  { value: 'std', label: 'Signal', axis: 'std of response', words: 'standard deviation of each layer’s response' },
] as const
export type GradientMeasure = (typeof gradientMeasures)[number]['value']

type RunGradients = AnalysisResult<'gradients'>['runs'][number]
type Pass = RunGradients['passes'][number]

/** A line's look: plain networks are dashed, so that colour can mean depth alone. */
export function lineLook(run: RunSummary, theme: RampTheme): Pick<ChartSeries, 'color' | 'dashed' | 'width'> {
  const { family } = run.settings.network
  return { color: depthColor(depthOf(run), theme), dashed: family === 'plain', width: family === 'highway' ? 1 : 1.75 }
}

/** What is drawn of runs, and how. */
export interface GradientLook {
  readonly weights: ComparedWeights
  readonly measure: GradientMeasure
  /** Finished seeds of one network as their mean, with a band of ± 1 std. */
  readonly ofSeeds: boolean
  readonly theme: RampTheme
}

/** Makes a line of each run, or of each network's mean over its seeds; what is zero or no number has no point on a log axis. */
export function gradientLines(result: AnalysisResult<'gradients'>, runs: readonly RunSummary[], look: GradientLook): ChartSeries[] {
  const sources = result.runs.flatMap(({ runId, passes }) => {
    const run = runs.find(({ id }) => id === runId)
    const pass = passes.find(({ weights }) => weights === look.weights)
    return run && pass ? [{ run, values: valuesOf(pass, look.measure) }] : []
  })
  const names = lineNames(sources.map(({ run }) => run))
  const named = new Set<string>()
  return seedLines(sources, look.ofSeeds).flatMap((members): ChartSeries[] => {
    const [first] = members
    if (!first) return []
    const { network, member } = names.get(first.run.id)!
    const points = first.values.map(({ x }, index) => ({ x, ...statistic(members.map(({ values }) => values[index]?.y ?? NaN)) }))
    const isNew = !named.has(network)
    named.add(network)
    return [
      {
        key: `${first.run.id}`,
        label: `${network}, ${members.length > 1 ? `mean of ${members.length} seeds` : member}`,
        ...(isNew && { endLabel: network }),
        runs: members.map(({ run }) => run.id),
        ...lineLook(first.run, look.theme),
        points: points.map(({ x, y }) => ({ x, y: y > 0 ? y : NaN })),
        ...(members.length > 1 && { band: points.map(({ spread }) => spread) }),
      },
    ]
  })
}

/** Without the classifier, whose response is the scores; it has weights. */
function valuesOf({ layers, blocks }: Pass, measure: GradientMeasure): { x: number; y: number }[] {
  switch (measure) {
    case 'layers':
      return layers.slice(0, -1).map(({ depth, gradientNorm }) => ({ x: depth, y: gradientNorm ?? NaN }))
    case 'weights':
      return layers.map(({ depth, weightGradientNorm }) => ({ x: depth, y: weightGradientNorm ?? NaN }))
    case 'std':
      return layers.slice(0, -1).map(({ depth, std }) => ({ x: depth, y: std ?? NaN }))
    case 'blocks':
      return blocks.map(({ depth, gradientNorm }) => ({ x: depth, y: gradientNorm ?? NaN }))
  }
}

function statistic(values: readonly number[]): { y: number; spread: number | null } {
  const seeds = seedStatistics(values)
  return { y: seeds?.mean ?? NaN, spread: seeds?.std ?? null }
}

interface PassPanel {
  readonly title: string
  readonly series: readonly ChartSeries[]
}

/** A figure of the panels as they are seen, in the colours of paper. */
export function passFigure(panels: readonly PassPanel[], head: Pick<FigureInput, 'title' | 'subtitle' | 'x' | 'y'>): FigureInput {
  const hasBands = panels.some(({ series }) => series.some(({ band }) => band))
  return {
    ...head,
    width: 692,
    columns: Math.max(1, panels.length),
    panels: panels.map(({ title, series }) => ({ title, lines: series.map((line) => figureLine(line, head.x)) })),
    key: [
      { label: 'plain', dashed: true, strokeWidth: 1.75 },
      { label: 'with shortcuts', strokeWidth: 1.75 },
      ...(hasBands ? [{ label: 'mean ± std over seeds', strokeWidth: 0, band: true }] : []),
    ],
  }
}
