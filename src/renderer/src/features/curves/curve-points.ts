import { smooth } from '../../../../common/analysis/smoothing.ts'
import { seedStatistics } from '../../../../common/analysis/statistics.ts'
import { trainingLength } from '../../../../common/training/schedule.ts'
import { learningRateDrops } from '../../../../common/training/schedules/schedules.ts'
import type { RunSummary } from '../../../../common/records/records.ts'
import type { Point } from '../../../../common/chart/series.ts'
import type { EpochColumns, EpochField } from './epoch-columns.ts'
import type { AxisScale } from './axis-scale.ts'
import type { StepSeries } from './step-series.ts'

export interface CurveSource {
  readonly run: RunSummary
  readonly epochs: EpochColumns
  readonly scale: AxisScale
  /** Present for metrics of single steps, smoothed where that was asked for. */
  readonly steps: StepSeries | null
}

export interface Curve {
  readonly points: readonly Point[]
  /** Standard deviation over seeds at each point; null for a single run. */
  readonly band: readonly number[] | null
}

interface Column {
  readonly field: EpochField
  /** 100 for percent. */
  readonly factor: number
  /** Weight of the moving average. */
  readonly smoothing: number
}

/** Computes one run's values, or the mean of several seeds at every epoch that all of them have reached. */
export function epochCurve(sources: readonly CurveSource[], column: Column): Curve {
  const [first, ...others] = sources.map((source) => epochPoints(source, column))
  if (!first || !others.length) return { points: (first ?? []).filter((point) => !Number.isNaN(point.y)), band: null }
  const all = [first, ...others]
  const mean = Array.from({ length: Math.min(...all.map((points) => points.length)) }, (_, index) => {
    const here = all.map((points) => points[index]!)
    const y = seedStatistics(here.map((point) => point.y))
    return y ? [{ x: here.reduce((sum, point) => sum + point.x, 0) / here.length, y: y.mean, std: y.std ?? 0 }] : []
  }).flat()
  return { points: mean.map(({ x, y }) => ({ x, y })), band: mean.map(({ std }) => std) }
}

function epochPoints({ epochs, scale }: CurveSource, { field, factor, smoothing }: Column): Point[] {
  const raw = epochs.column(field)
  const ys = smoothing > 0 ? smooth(raw, smoothing) : raw
  return Array.from(epochs.column('step'), (step, index) => ({ x: scale.toX(step), y: ys[index]! * factor }))
}

/**
 * Makes the points of the learning rate. Records hold the rate of an epoch's last step; it is valid from the drop within the epoch on,
 * else from its first step.
 */
export function ratePoints({ run, epochs, scale }: CurveSource): Point[] {
  const ends = epochs.column('step')
  const rates = epochs.column('learningRate')
  const drops = learningRateDrops(run.settings.recipe, trainingLength(run))
  const steps = Array.from(ends, (end, index) => {
    const start = ends[index - 1] ?? 0
    const changed = index > 0 && rates[index] !== rates[index - 1]
    return { step: (changed ? drops.find((drop) => drop > start && drop < end) : undefined) ?? start, rate: rates[index]! }
  })
  const last = steps.at(-1)
  return [...steps, ...(last ? [{ step: ends.at(-1)!, rate: last.rate }] : [])].map(({ step, rate }) => ({ x: scale.toX(step), y: rate }))
}

interface KnownPoints {
  readonly end: number
  readonly points: readonly Point[]
}

/** Caches points by series, so that new samples of one run do not recompute the others' points. */
const knownPoints = new WeakMap<StepSeries, KnownPoints>()

export function stepPoints({ steps, scale }: CurveSource): readonly Point[] {
  if (!steps?.steps.length) return []
  // The scale is linear in steps but for time, where its end tells whether it has moved.
  const end = scale.toX(steps.steps.at(-1)!)
  const known = knownPoints.get(steps)
  if (known?.end === end) return known.points
  const points = Array.from(steps.steps, (step, index) => ({ x: scale.toX(step), y: steps.values[index]! })).filter(
    (point) => !Number.isNaN(point.x),
  )
  knownPoints.set(steps, { end, points })
  return points
}
