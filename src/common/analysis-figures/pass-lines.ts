import { comparedWeights, type ComparedWeights, weightsOfAll } from '../analyses/kinds/compared-weights.ts'
import { depthColor, type RampTheme } from '../analysis/depth-ramp.ts'
import { seedStatistics } from '../analysis/statistics.ts'
import type { FigureInput } from '../export/figure.ts'
import type { RunSummary } from '../records/records.ts'
import type { ChartSeries } from '../chart/series.ts'
import { figureLine } from '../chart/figure-line.ts'
import { lineNames } from '../run-lines/line-names.ts'
import { depthOf } from '../run-lines/run-labels.ts'
import { seedLines } from '../run-lines/seed-lines.ts'

/** Which weights of runs are drawn, and how. */
export interface PassLook {
  readonly weights: ComparedWeights
  /** Finished seeds of one network as their mean, with a band of ± 1 std. */
  readonly ofSeeds: boolean
  readonly theme: RampTheme
}

interface PassesOfRun<P> {
  readonly runId: number
  readonly passes: readonly P[]
}

/** A line's look: plain networks are dashed, so that colour can mean depth alone. */
function lineLook(run: RunSummary, theme: RampTheme): Pick<ChartSeries, 'color' | 'dashed' | 'width'> {
  const { family } = run.settings.network
  return { color: depthColor(depthOf(run), theme), dashed: family === 'plain', width: family === 'highway' ? 1 : 1.75 }
}

/** Makes a line of each run's pass with some weights, or of each network's mean over its seeds. @param pointsOf as many for each seed */
export function passLines<P extends { readonly weights: ComparedWeights }>(
  results: readonly PassesOfRun<P>[],
  runs: readonly RunSummary[],
  look: PassLook,
  pointsOf: (pass: P) => readonly { readonly x: number; readonly y: number }[],
): ChartSeries[] {
  const sources = results.flatMap(({ runId, passes }) => {
    const run = runs.find(({ id }) => id === runId)
    const pass = passes.find(({ weights }) => weights === look.weights)
    return run && pass ? [{ run, values: pointsOf(pass) }] : []
  })
  const names = lineNames(sources.map(({ run }) => run))
  const named = new Set<string>()
  return seedLines(sources, look.ofSeeds).flatMap((members): ChartSeries[] => {
    const [first] = members
    if (!first) return []
    const { network, member } = names.get(first.run.id)!
    const seeds = first.values.map((_, index) => seedStatistics(members.map(({ values }) => values[index]?.y ?? NaN)))
    const isNew = !named.has(network)
    named.add(network)
    return [
      {
        key: `${first.run.id}`,
        label: `${network}, ${members.length > 1 ? `mean of ${members.length} seeds` : member}`,
        ...(isNew && { endLabel: network }),
        runs: members.map(({ run }) => run.id),
        ...lineLook(first.run, look.theme),
        points: first.values.map(({ x }, index) => ({ x, y: seeds[index]?.mean ?? NaN })),
        ...(members.length > 1 && { band: seeds.map((value) => value?.std ?? null) }),
      },
    ]
  })
}

export interface PassPanel {
  readonly weights: ComparedWeights
  readonly title: string
  readonly series: readonly ChartSeries[]
}

/** A panel for the weights that runs started from and one for those of their checkpoints, where there are lines. */
export function passPanels(epochs: readonly number[], linesOf: (weights: ComparedWeights) => readonly ChartSeries[]): PassPanel[] {
  return comparedWeights.flatMap((weights) => {
    const series = linesOf(weights)
    return series.length > 0 ? [{ weights, title: weightsOfAll(weights, epochs), series }] : []
  })
}

/** A figure of the panels as they are seen, in the colours of paper. */
export function passFigure(
  panels: readonly Pick<PassPanel, 'title' | 'series'>[],
  head: Pick<FigureInput, 'title' | 'subtitle' | 'x' | 'y'>,
): FigureInput {
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
