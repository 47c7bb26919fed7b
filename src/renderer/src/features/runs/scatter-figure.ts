import { depthColor } from '../../../../common/analysis/depth-ramp.ts'
import type { FigureInput } from '../../../../common/export/figure.ts'
import { networkName } from '../../../../common/network/design.ts'
import type { PointShape } from '../../ui/chart/scatter-mark.ts'
import type { PublishedPoint, RunPoint } from './scatter-points.ts'

export interface ScatterView {
  readonly points: readonly RunPoint[]
  readonly published: readonly PublishedPoint[]
  readonly xTitle: string
  readonly yTitle: string
  readonly logarithmic: boolean
  /** Where they are not left to the axis. */
  readonly ticks: readonly number[] | null
  readonly shapeOf: (point: RunPoint) => PointShape
}

const grey = '#6b6f76'
const shapeWords: Readonly<Record<PointShape, string>> = { circle: 'circle', triangle: 'triangle', rect: 'square', rectRot: 'diamond', cross: 'cross' }

/** The scatter as it is seen, in the colours of paper: a whisker and a mark for each point. */
export function scatterFigure({ points, published, xTitle, yTitle, logarithmic, ticks, shapeOf }: ScatterView): FigureInput {
  const depths = [...new Set(points.map((point) => point.layers))].sort((a, b) => a - b)
  const colour = (point: RunPoint): string => depthColor(point.layers, 'light')
  const whiskers = points.flatMap((point) => (point.spread ? [{ label: `${point.name}, ± 1 std`, endLabel: null, colour: colour(point), strokeWidth: 1, x: [point.x, point.x], y: [100 * (point.y - point.spread), 100 * (point.y + point.spread)] }] : []))
  const marks = points.map((point) => ({ label: point.name, endLabel: networkName(point.runs[0]!.settings.network), colour: colour(point), dots: true, shape: shapeOf(point), x: [point.x], y: [100 * point.y] }))
  const named = published.map((point) => ({ label: `${point.name}, published`, endLabel: point.name, colour: grey, dots: true, shape: 'cross' as const, x: [point.x], y: [100 * point.y] }))
  const shapes = new Map(points.map((point) => [shapeOf(point), point.family === 'plain' ? 'plain' : `${point.family} ${point.shortcut}`]))
  const sets = [...new Set(points.flatMap((point) => point.runs.map((run) => run.settings.dataset.name)))]
  const x = range([...points, ...published].map((point) => point.x), logarithmic)
  const y = range([...marks, ...named, ...whiskers].flatMap((line) => line.y), false)
  const place = (value: number): number => (logarithmic ? Math.log(value / x.min) / Math.log(x.max / x.min) : (value - x.min) / (x.max - x.min))
  const crowded = withoutRoom([...named, ...marks].map((line) => ({ line, left: plot.width * place(line.x[0]!), top: (plot.height * (y.max - line.y[0]!)) / (y.max - y.min), name: line.endLabel })))
  return {
    title: `${yTitle.replace(/,.*/, '').replace(/^./, (letter) => letter.toUpperCase())} against ${xTitle.replace(/,.*/, '')} on ${sets.join(', ')}`,
    subtitle: [[...shapes].map(([shape, name]) => `${shapeWords[shape]}: ${name}`).join(', '), ...(depths.length > 1 ? ['colour: layers, dark is deep'] : []), ...(whiskers.length ? ['± 1 std over seeds'] : []), ...(named.length ? ['cross: published'] : [])].join('; '),
    width: 692,
    x: { title: xTitle, ...x, logarithmic, ticks: ticks && [...ticks] },
    y: { title: yTitle, ...y },
    panels: [{ title: '', lines: [...whiskers, ...[...named, ...marks].map((line) => (crowded.has(line) ? { ...line, endLabel: null } : line))] }],
  }
}

/** About what the figure leaves for its points, px, and what a name takes. */
const plot = { width: 520, height: 290 }
const letter = 7.5
const lineHeight = 13

/** Those whose name, written to their right, would lie on a name or point before them; the subtitle's key has to do for them. */
function withoutRoom<T>(marks: readonly { line: T; left: number; top: number; name: string }[]): Set<T> {
  const names: { left: number; right: number; top: number }[] = []
  const crowded = marks.filter(({ left, top, name }) => {
    const box = { left: left + 4, right: left + 8 + letter * name.length, top }
    const above = (other: { top: number }): boolean => Math.abs(other.top - top) < lineHeight
    const taken = names.some((other) => above(other) && other.left < box.right && box.left < other.right) || marks.some((other) => above(other) && other.left > box.left && other.left < box.right)
    if (!taken) names.push(box)
    return taken
  })
  return new Set(crowded.map(({ line }) => line))
}

/** A little room beside the outermost values; errors and sizes are never below zero. */
function range(values: readonly number[], logarithmic: boolean): { min: number; max: number } {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  if (logarithmic) return { min: low / 1.15, max: high * 1.15 }
  const room = 0.06 * (high - low || Math.abs(high) || 1)
  return { min: Math.max(0, low - room), max: high + room }
}
