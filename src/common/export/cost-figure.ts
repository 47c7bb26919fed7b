import { depthColor } from '../analysis/depth-ramp.ts'
import { comparedVariant } from '../analysis/depth-results.ts'
import { seedStatistics } from '../analysis/statistics.ts'
import { depthOf } from '../network/design.ts'
import type { RunSummary } from '../records/records.ts'
import { variantShape } from './depth-figure.ts'
import { fittedErrorAxis } from './error-axis.ts'
import { type FigureInput, figureKey } from './figure.ts'

type Panel = FigureInput['panels'][number]
type CostRun = Pick<RunSummary, 'settings' | 'multiplyAdds' | 'parameterCount' | 'trainedMs' | 'lastEpoch'>

const hourMs = 3_600_000
/** What an error costs, each with its unit. */
const costs = [
  { title: 'multiply-adds, M', of: (run: CostRun) => run.multiplyAdds / 1e6 },
  { title: 'parameters, k', of: (run: CostRun) => run.parameterCount / 1e3 },
  { title: 'training, hours', of: (run: CostRun) => run.trainedMs / hourMs },
] as const

interface Point {
  readonly layers: number
  readonly runs: readonly CostRun[]
  readonly error: number
  readonly std: number | null
}

/**
 * Test error at the last epoch against what a network costs: multiply-adds of one image, parameters, mean hours of training of a run.
 * @param networks finished runs of each network, of one experiment
 * @returns null where no run has an error
 */
export function costFigure(
  networks: readonly (readonly CostRun[])[],
  options: { readonly width: number; readonly title: string | null },
): FigureInput | null {
  const points = networks.flatMap((runs): Point[] => {
    const error = seedStatistics(runs.flatMap(({ lastEpoch }) => (lastEpoch ? [lastEpoch.results.test.topOneError] : [])))
    const [first] = runs
    return first && error
      ? [{ layers: depthOf(first.settings.network), runs, error: error.mean * 100, std: error.std === null ? null : error.std * 100 }]
      : []
  })
  if (points.length === 0) return null
  const variants = [...new Set(points.map(({ runs }) => comparedVariant(runs[0]!.settings.network)))]
  const inOrder = variants.map((variant) => ({
    variant,
    points: points.filter(({ runs }) => comparedVariant(runs[0]!.settings.network) === variant).sort((a, b) => a.layers - b.layers),
  }))
  return {
    title: options.title ?? 'Test error against cost',
    subtitle: 'last epoch; numbers at marks: layers',
    width: options.width,
    x: { title: costs[0].title, min: 0, max: 1 },
    y: { title: 'test error, %', ...fittedErrorAxis(points.map(({ error, std }) => [{ mean: error, spread: std ?? 0 }])) },
    panels: costsOf(networks).map(({ title, of }): Panel => {
      const values = points.map(({ runs }) => mean(runs.map(of)))
      const [low, high] = [Math.min(...values), Math.max(...values)]
      return {
        title: '',
        x: { title, min: low / spare(low, high), max: high * spare(low, high) ** 2, logarithmic: true },
        lines: inOrder.flatMap(({ variant, points: own }) => variantLines(variant, own, of)),
      }
    }),
    key: inOrder.flatMap(({ variant, points: own }) => [figureKey({ label: variant, shape: shapeOf(own), strokeWidth: 0 })]),
  }
}

/** Where all of them train for less than an hour, their minutes. */
function costsOf(networks: readonly (readonly CostRun[])[]) {
  const isShort = networks.flat().every(({ trainedMs }) => trainedMs < hourMs)
  return isShort ? [costs[0], costs[1], { title: 'training, minutes', of: (run: CostRun) => run.trainedMs / 60_000 }] : costs
}

/** Air at the ends of a logarithmic axis; at its right there are labels. */
function spare(low: number, high: number): number {
  return Math.max(1.15, (high / low) ** 0.08)
}

function variantLines(variant: string, points: readonly Point[], of: (run: CostRun) => number): Panel['lines'] {
  const at = points.map(({ runs, error, std, layers }) => ({ x: mean(runs.map(of)), error, std, layers })).sort((a, b) => a.x - b.x)
  const ink = '#1f2328'
  const end = (sign: number) => at.map(({ error, std }) => (std === null ? null : error + sign * std))
  return [
    {
      label: variant,
      endLabel: null,
      colour: ink,
      dashed: variant.startsWith('plain'),
      strokeWidth: 1,
      x: at.map(({ x }) => x),
      y: at.map(({ error }) => error),
      ...(at.some(({ std }) => std !== null) && { band: { low: end(-1), high: end(1) }, bandAs: 'bars' as const }),
    },
    // A mark a depth, in its colour and with its number.
    ...at.map(({ x, error, layers }) => ({
      label: `${variant}, ${layers} layers`,
      aid: true,
      endLabel: `${layers}`,
      colour: depthColor(layers, 'light'),
      dots: true,
      shape: shapeOf(points),
      x: [x],
      y: [error],
    })),
  ]
}

function shapeOf(points: readonly Point[]) {
  return variantShape(points[0]!.runs[0]!.settings.network)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
