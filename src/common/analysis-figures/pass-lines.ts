import type { ComparedWeights } from '../analyses/kinds/compared-weights.ts'
import type { RampTheme } from '../analysis/depth-ramp.ts'
import { seedStatistics } from '../analysis/statistics.ts'
import type { ChartSeries } from '../export/chart-series.ts'
import type { FigureInput } from '../export/figure.ts'
import { figureLine } from '../export/figure-line.ts'
import { type DrawnNet, netLine } from './drawn-net.ts'

/** Which weights of runs are drawn, and for which theme. */
export interface PassLook {
  readonly weights: ComparedWeights
  readonly theme: RampTheme
}

interface PassesOfRun<P> {
  readonly runId: number
  readonly passes: readonly P[]
}

/** Makes a line of each net's pass with some weights: of a run, or the mean over seeds. @param pointsOf as many for each seed */
export function passLines<P extends { readonly weights: ComparedWeights }>(
  nets: readonly DrawnNet<PassesOfRun<P>>[],
  look: PassLook,
  pointsOf: (pass: P) => readonly { readonly x: number; readonly y: number }[],
): ChartSeries[] {
  return nets.flatMap((net): ChartSeries[] => {
    const values = net.members.flatMap(({ passes }) => {
      const pass = passes.find(({ weights }) => weights === look.weights)
      return pass ? [pointsOf(pass)] : []
    })
    const [first] = values
    if (!first) return []
    const seeds = first.map((_, index) => seedStatistics(values.map((points) => points[index]?.y ?? NaN)))
    return [
      {
        ...netLine(net, look.theme),
        points: first.map(({ x }, index) => ({ x, y: seeds[index]?.mean ?? NaN })),
        ...(values.length > 1 && { band: seeds.map((value) => value?.std ?? null) }),
      },
    ]
  })
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
