import { depthColor } from '../../../../common/analysis/depth-ramp.ts'
import type { FigureInput } from '../../../../common/export/figure.ts'
import { labelOf } from '../../../../common/network/design.ts'
import { daggerWords } from '../../../../common/paper/overlay.ts'
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
/** Most depths that the key explains one by one; of more it shows the ends of the ramp. */
const mostDepths = 8

/** Makes the figure of the scatter as it is seen, in the colours of paper: a whisker, a mark and a name for each point. */
export function scatterFigure({ points, published, xTitle, yTitle, logarithmic, ticks, shapeOf }: ScatterView): FigureInput {
  const colour = (point: RunPoint): string => depthColor(point.layers, 'light')
  const whiskers = points.flatMap((point) =>
    point.spread
      ? [
          {
            label: `${point.name}, ± 1 std`,
            endLabel: null,
            colour: colour(point),
            strokeWidth: 1,
            x: [point.x, point.x],
            y: [100 * (point.y - point.spread), 100 * (point.y + point.spread)],
          },
        ]
      : [],
  )
  const values = points.map((point) => point.y)
  const close = 0.06 * (Math.max(...values) - Math.min(...values))
  const named = new Map<string, number>()
  const marks = [...points]
    .sort((a, b) => b.y - a.y)
    .map((point) => {
      const name = labelOf(point.runs[0]!.settings.network)
      // Runs of one network that lie on each other share a name, which the highest carries.
      const endLabel = named.has(name) && named.get(name)! - point.y < close ? null : name
      if (endLabel) named.set(name, point.y)
      return { label: point.name, endLabel, colour: colour(point), dots: true, shape: shapeOf(point), x: [point.x], y: [100 * point.y] }
    })
  const papers = published.map((point) => ({
    label: `${point.name}, published`,
    endLabel: point.name,
    colour: grey,
    dots: true,
    shape: 'cross' as const,
    x: [point.x],
    y: [100 * point.y],
  }))
  const sets = [...new Set(points.flatMap((point) => point.runs.map((run) => run.settings.dataset.name)))]
  const recipes = [...new Set(points.flatMap((point) => point.runs.map((run) => run.settings.recipe.name)))]
  return {
    title:
      `${yTitle.replace(/,.*/, '').replace(/^./, (letter) => letter.toUpperCase())} against ${xTitle.replace(/,.*/, '')} on ` +
      sets.join(', '),
    subtitle: recipes.join(', '),
    width: 692,
    x: {
      title: xTitle,
      ...range(
        [...points, ...published].map((point) => point.x),
        logarithmic,
      ),
      logarithmic,
      ticks: ticks && [...ticks],
    },
    y: {
      title: yTitle,
      ...range(
        [...marks, ...papers, ...whiskers].flatMap((line) => line.y),
        false,
      ),
    },
    panels: [{ title: '', lines: [...whiskers, ...marks, ...papers] }],
    key: scatterKey(points, shapeOf, whiskers.length > 0, published),
  }
}

function scatterKey(
  points: readonly RunPoint[],
  shapeOf: ScatterView['shapeOf'],
  spread: boolean,
  published: readonly PublishedPoint[],
): FigureInput['key'] {
  const differs = daggerWords(published)
  const shapes = new Map(points.map((point) => [shapeOf(point), point.family === 'plain' ? 'plain' : `${point.family} ${point.shortcut}`]))
  const depths = [...new Set(points.map((point) => point.layers))].sort((a, b) => a - b)
  const shown = depths.length <= mostDepths ? depths : [depths[0]!, depths[Math.floor(depths.length / 2)]!, depths.at(-1)!]
  return [
    ...[...shapes].map(([shape, label]) => ({ label, shape })),
    ...(depths.length > 1
      ? shown.map((depth, index) => ({
          label: index === shown.length - 1 ? `${depth} layers` : String(depth),
          shape: 'circle' as const,
          colour: depthColor(depth, 'light'),
        }))
      : []),
    ...(spread ? [{ label: '± 1 std over seeds', strokeWidth: 1, vertical: true }] : []),
    ...(published.length > 0 ? [{ label: 'published', shape: 'cross' as const, colour: grey }] : []),
    ...(differs === null ? [] : [{ label: differs, tone: 'grey' as const }]),
  ]
}

/** Computes an axis range with a little room beside the outermost values; errors and sizes are never below zero. */
function range(values: readonly number[], logarithmic: boolean): { min: number; max: number } {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  if (logarithmic) return { min: low / 1.15, max: high * 1.15 }
  const room = 0.06 * (high - low || Math.abs(high) || 1)
  return { min: Math.max(0, low - room), max: high + room }
}
