import type { RampTheme } from '../analysis/depth-ramp.ts'
import type { PathsOfRun } from '../analyses/kinds/gradient-paths.ts'
import type { PathLength } from '../lesions/path-shares.ts'
import { readOptions } from '../analyses/analyses.ts'
import { counted } from '../counted.ts'
import type { FigureInput } from '../export/figure.ts'
import type { AxisRange, ChartSeries } from '../chart/series.ts'
import { figureLine } from '../chart/figure-line.ts'
import { type DrawnAnalysis, whenWords } from './drawn-analysis.ts'
import { type DrawnNet, netLine, overSeeds } from './drawn-nets.ts'

export type PathNet = DrawnNet<PathsOfRun>

/** What is drawn over the length of a path: the three pictures of Veit et al., Fig. 6. */
export const pathMeasures = [
  { key: 'paths', title: 'Paths of each length', yTitle: 'paths, log10', logarithmic: false, of: ({ logPaths }: PathLength) => logPaths },
  { key: 'norm', title: 'Gradient of one path', yTitle: 'L2 norm at the image', logarithmic: true, of: ({ norm }: PathLength) => norm },
  { key: 'share', title: 'Share of the gradient', yTitle: 'share, %', logarithmic: false, of: ({ share }: PathLength) => 100 * share },
] as const
export type PathMeasure = (typeof pathMeasures)[number]

/** A line for each run, or for the mean of a network's seeds; what a logarithmic axis cannot show is left out. */
export function pathLines(nets: readonly PathNet[], { of, logarithmic }: PathMeasure, theme: RampTheme): ChartSeries[] {
  return nets.map((net) => {
    const lengths = net.members[0]!.lengths
    const all = lengths.flatMap(({ length }, index) => {
      const value = overSeeds(net, ({ lengths: own }) => (own[index] ? of(own[index]) : null))
      return value && (!logarithmic || value.mean > 0) ? [{ x: length, y: value.mean, std: value.std }] : []
    })
    return {
      ...netLine(net, theme),
      marked: lengths.length < 40,
      points: all.map(({ x, y }) => ({ x, y })),
      ...(net.members.length > 1 && { band: all.map(({ std }) => std) }),
    }
  })
}

/** Lengths from 0 to the most blocks. */
export function lengthRange(nets: readonly PathNet[]): AxisRange {
  return { min: 0, max: Math.max(1, ...nets.flatMap(({ members }) => members.map(({ lengths }) => lengths.length - 1))) }
}

/** A vertical axis with room around the lines. */
export function pathAxis(lines: readonly ChartSeries[], { logarithmic }: Pick<PathMeasure, 'logarithmic'>): AxisRange {
  const values = lines.flatMap(({ points }) => points.map(({ y }) => y))
  const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1]
  if (!logarithmic) return { min: 0, max: high * 1.06 || 1 }
  return low > 0 ? { min: low / 2, max: high * 2 } : { min: 0.1, max: 1 }
}

export function pathFigure(nets: readonly PathNet[], measure: PathMeasure, title: string, subtitle: string): FigureInput {
  const lines = pathLines(nets, measure, 'light')
  const x = lengthRange(nets)
  const y = pathAxis(lines, measure)
  return {
    title,
    subtitle,
    width: 336,
    x: { title: 'length of the path, blocks', ...x, whole: true },
    y: { title: measure.yTitle, ...y, logarithmic: measure.logarithmic },
    panels: [{ title: measure.title, lines: lines.map((line) => figureLine(line, x)) }],
  }
}

/** "100 paths of each length, 1,000 images of test" */
export function pathWords({ analysis, result, runs }: DrawnAnalysis<'gradient-paths'>): string {
  const [first] = result.runs
  const { samples } = readOptions('gradient-paths', analysis.options)
  if (!first) return ''
  return [
    `${counted(samples, 'path')} of each length`,
    `${first.images.toLocaleString('en')} images of ${analysis.split}`,
    ...whenWords(analysis, runs),
  ].join(', ')
}
