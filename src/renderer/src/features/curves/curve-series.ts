import { depthColor, type RampTheme } from '../../../../common/analysis/depth-ramp.ts'
import { smooth } from '../../../../common/analysis/smoothing.ts'
import { milestoneSteps } from '../../../../common/training/schedule.ts'
import { publishedTestError } from '../../../../common/paper/cifar10.ts'
import type { RunSummary, StepMetric } from '../../../../common/rpc/records.ts'
import type { ChartSeries, Point, ReferenceLevel } from '../../ui/chart/series.ts'
import { depthOf, networkOf, variantOf } from '../runs/run-labels.ts'
import type { EpochColumns, EpochField } from './epoch-columns.ts'
import type { PlaceScale } from './place-scale.ts'
import type { StepSeries } from './step-series.ts'

export const metrics = [
  { value: 'error', label: 'Error', unit: 'error, %', steps: null },
  { value: 'loss', label: 'Loss', unit: 'cross-entropy, nats', steps: null },
  { value: 'batch', label: 'Batch loss', unit: 'batch loss, nats', steps: 'loss' },
  { value: 'gradient', label: 'Gradient', unit: 'gradient norm', steps: 'gradientNorm' },
  { value: 'rate', label: 'Rate', unit: 'learning rate', steps: null },
] as const satisfies readonly { value: string; label: string; unit: string; steps: StepMetric | null }[]
export type Metric = (typeof metrics)[number]['value']

export interface CurveSource {
  readonly run: RunSummary
  readonly epochs: EpochColumns
  readonly scale: PlaceScale
  /** Present for metrics of single steps, smoothed where that was asked for. */
  readonly steps: StepSeries | null
}

export interface CurveLook {
  /** All depths on show, so that a depth has one colour in every panel. */
  readonly depths: readonly number[]
  readonly metric: Metric
  readonly validation: boolean
  /** Weight of the moving average over epochs. */
  readonly smoothing: number
  readonly theme: RampTheme
}

/** Train dashed and thin, test solid and bold, one colour a depth, as in the paper's Fig. 6. */
export function curveSeries(sources: readonly CurveSource[], { depths, metric, validation, smoothing, theme }: CurveLook): ChartSeries[] {
  const named = new Set<number>()
  return sources.flatMap((source) => {
    const depth = depthOf(source.run)
    const color = depthColor(depths.indexOf(depth), depths.length, theme)
    const first = !named.has(depth)
    named.add(depth)
    const name = `${networkOf(source.run)}, seed ${source.run.settings.seed}`
    const base = { color, endLabel: first ? `${depth}` : undefined }
    const line = (field: EpochField, what: string, look: Partial<ChartSeries>): ChartSeries => ({
      ...base,
      key: `${source.run.id} ${what}`,
      label: what ? `${name}, ${what}` : name,
      points: field === 'learningRate' ? ratePoints(source) : epochPoints(source, field, metric === 'error' ? 100 : 1, smoothing),
      ...look,
    })
    const split = (train: EpochField, held: EpochField, test: EpochField): ChartSeries[] => [
      line(train, 'train', { dashed: true, width: 1.1, endLabel: undefined }),
      ...(validation ? [line(held, 'validation', { width: 1, endLabel: undefined })] : []),
      line(test, 'test', { width: 2 }),
    ]
    switch (metric) {
      case 'error':
        return split('trainError', 'validationError', 'testError')
      case 'loss':
        return split('trainLoss', 'validationLoss', 'testLoss')
      case 'batch':
      case 'gradient':
        return [{ ...base, key: `${source.run.id} ${metric}`, label: name, width: 1, points: stepPoints(source) }]
      case 'rate':
        return [line('learningRate', '', { stepped: true, width: 1.75 })]
    }
  })
}

function epochPoints({ epochs, scale }: CurveSource, field: EpochField, factor: number, smoothing: number): Point[] {
  const steps = epochs.column('step')
  const raw = epochs.column(field)
  const ys = smoothing > 0 ? smooth(raw, smoothing) : raw
  return Array.from(steps, (step, index) => ({ x: scale.toX(step), y: ys[index]! * factor })).filter((point) => !Number.isNaN(point.y))
}

/** Results tell the rate of an epoch's last step; it holds from the drop within the epoch on, else from its first step. */
function ratePoints({ run, epochs, scale }: CurveSource): Point[] {
  const ends = epochs.column('step')
  const rates = epochs.column('learningRate')
  const drops = milestoneSteps(run.settings.recipe, run.totalSteps)
  const steps = Array.from(ends, (end, index) => {
    const start = ends[index - 1] ?? 0
    const changed = index > 0 && rates[index] !== rates[index - 1]
    return { step: (changed ? drops.find((drop) => drop > start && drop < end) : undefined) ?? start, rate: rates[index]! }
  })
  const last = steps.at(-1)
  return [...steps, ...(last ? [{ step: ends.at(-1)!, rate: last.rate }] : [])].map(({ step, rate }) => ({ x: scale.toX(step), y: rate }))
}

interface Placed {
  readonly end: number
  readonly points: readonly Point[]
}

/** One run's new samples must not cost the placing of all the others' points. */
const placed = new WeakMap<StepSeries, Placed>()

function stepPoints({ steps, scale }: CurveSource): readonly Point[] {
  if (!steps?.steps.length) return []
  // The scale is linear in steps but for time, where its end tells whether it has moved.
  const end = scale.toX(steps.steps.at(-1)!)
  const known = placed.get(steps)
  if (known?.end === end) return known.points
  const points = Array.from(steps.steps, (step, index) => ({ x: scale.toX(step), y: steps.values[index]! })).filter((point) => !Number.isNaN(point.x))
  placed.set(steps, { end, points })
  return points
}

/** The paper's (or the review's) end values of the networks among these runs, percent. Only CIFAR-10 has them. */
export function publishedLevels(runs: readonly RunSummary[]): ReferenceLevel[] {
  const networks = new Map(runs.filter((run) => run.settings.dataset.name === 'cifar10').map((run) => [networkOf(run), run.settings.network]))
  return [...networks.values()].flatMap(({ family, n }) => {
    const value = publishedTestError(family, n)
    return value ? [{ y: value.testError * 100, label: `${value.layers}: ${(value.testError * 100).toFixed(2)}, ${value.source.work.startsWith('He') ? 'paper' : 'review'}` }] : []
  })
}

/** Runs side by side by family and shortcut, so that colour can mean depth alone. */
export function facets(runs: readonly RunSummary[]): { name: string; runs: RunSummary[] }[] {
  const groups = new Map<string, RunSummary[]>()
  for (const run of runs) {
    const name = variantOf(run)
    groups.set(name, [...(groups.get(name) ?? []), run])
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, members]) => ({ name, runs: members.sort((a, b) => depthOf(a) - depthOf(b) || a.settings.seed - b.settings.seed) }))
}
