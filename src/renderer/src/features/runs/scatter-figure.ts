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
  readonly whole: boolean
  readonly shapeOf: (point: RunPoint) => PointShape
}

const grey = '#6b6f76'
/** More names than these would lie on each other; then the subtitle's key has to do. */
const mostNames = 24
const shapeWords: Readonly<Record<PointShape, string>> = { circle: 'circle', triangle: 'triangle', rect: 'square', rectRot: 'diamond', cross: 'cross' }

/** The scatter as it is seen, in the colours of paper: a whisker and a mark for each point. */
export function scatterFigure({ points, published, xTitle, yTitle, logarithmic, whole, shapeOf }: ScatterView): FigureInput {
  const depths = [...new Set(points.map((point) => point.layers))].sort((a, b) => a - b)
  const colour = (point: RunPoint): string => depthColor(depths.indexOf(point.layers), depths.length, 'light')
  const whiskers = points.flatMap((point) => (point.spread ? [{ label: `${point.name}, ± 1 std`, endLabel: null, colour: colour(point), strokeWidth: 1, x: [point.x, point.x], y: [100 * (point.y - point.spread), 100 * (point.y + point.spread)] }] : []))
  const marks = points.map((point) => {
    const { network } = point.runs[0]!.settings
    return { label: point.name, endLabel: points.length <= mostNames ? networkName(network) : null, colour: colour(point), dots: true, shape: shapeOf(point), x: [point.x], y: [100 * point.y] }
  })
  const named = published.map((point) => ({ label: `${point.name}, published`, endLabel: point.name, colour: grey, dots: true, shape: 'cross' as const, x: [point.x], y: [100 * point.y] }))
  const shapes = new Map(points.map((point) => [shapeOf(point), point.family === 'plain' ? 'plain' : `${point.family} ${point.shortcut}`]))
  const sets = [...new Set(points.flatMap((point) => point.runs.map((run) => run.settings.dataset.name)))]
  return {
    title: `${yTitle.replace(/,.*/, '').replace(/^./, (letter) => letter.toUpperCase())} against ${xTitle.replace(/,.*/, '')} on ${sets.join(', ')}`,
    subtitle: [[...shapes].map(([shape, name]) => `${shapeWords[shape]}: ${name}`).join(', '), ...(depths.length > 1 ? ['colour: layers, dark is deep'] : []), ...(whiskers.length ? ['± 1 std over seeds'] : []), ...(named.length ? ['cross: published'] : [])].join('; '),
    width: 692,
    x: { title: xTitle, ...range([...points, ...published].map((point) => point.x), logarithmic), logarithmic, whole },
    y: { title: yTitle, ...range([...marks, ...named, ...whiskers].flatMap((line) => line.y), false) },
    panels: [{ title: '', lines: [...whiskers, ...named, ...marks] }],
  }
}

/** A little room beside the outermost values; errors and sizes are never below zero. */
function range(values: readonly number[], logarithmic: boolean): { min: number; max: number } {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  if (logarithmic) return { min: low / 1.15, max: high * 1.15 }
  const room = 0.06 * (high - low || Math.abs(high) || 1)
  return { min: Math.max(0, low - room), max: high + room }
}
