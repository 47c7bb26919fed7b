import type { RunSummary } from '../../../../common/records/records.ts'
import type { EpochColumns } from './epoch-columns.ts'

export const xAxes = [
  { value: 'epoch', label: 'Epochs' },
  { value: 'step', label: 'Iterations' },
  { value: 'time', label: 'Time' },
] as const
export type XAxis = (typeof xAxes)[number]['value']

export interface AxisUnit {
  readonly title: string
  /** Steps, or milliseconds of training, in one. */
  readonly size: number
}

/** Chooses the unit in which the longest run has numbers of usual size; thousands of iterations as in the paper's figures. */
export function axisUnit(axis: XAxis, longest: { steps: number; ms: number }): AxisUnit {
  if (axis === 'epoch') return { title: 'epoch', size: 1 }
  if (axis === 'step') return longest.steps < 10_000 ? { title: 'iteration', size: 1 } : { title: 'iterations, ×1000', size: 1000 }
  if (longest.ms < 180_000) return { title: 'time, s', size: 1000 }
  return longest.ms < 10_800_000 ? { title: 'time, min', size: 60_000 } : { title: 'time, h', size: 3_600_000 }
}

/** Maps steps of a run to x and back. */
export interface AxisScale {
  toX(step: number): number
  toStep(x: number): number
}

export function axisScale(
  run: Pick<RunSummary, 'totalSteps' | 'totalEpochs'>,
  epochs: EpochColumns,
  axis: XAxis,
  { size }: AxisUnit,
): AxisScale {
  if (axis === 'step') return { toX: (step) => step / size, toStep: (x) => x * size }
  if (axis === 'epoch') {
    const perEpoch = run.totalSteps / run.totalEpochs
    return { toX: (step) => step / perEpoch, toStep: (x) => x * perEpoch }
  }
  const steps = [0, ...epochs.column('step')]
  const times = [0, ...Array.from(epochs.column('trainedMs'), (ms) => ms / size)]
  return { toX: (step) => between(steps, times, step), toStep: (x) => between(times, steps, x) }
}

/** Interpolates linearly through ascending points, and extrapolates with the last slope; NaN before two points are known. */
function between(from: readonly number[], to: readonly number[], value: number): number {
  if (from.length < 2) return NaN
  let low = 0
  let high = from.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (from[middle]! <= value) low = middle
    else high = middle
  }
  const share = (value - from[low]!) / (from[high]! - from[low]!)
  return to[low]! + share * (to[high]! - to[low]!)
}
