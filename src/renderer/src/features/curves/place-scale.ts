import type { RunSummary } from '../../../../common/rpc/records.ts'
import type { EpochColumns } from './epoch-columns.ts'

export type XAxis = 'epoch' | 'step' | 'time'

/** Where the steps of a run lie on the horizontal axis: in epochs, thousands of iterations, or minutes of training. */
export interface PlaceScale {
  toX(step: number): number
  toStep(x: number): number
}

export function placeScale(run: Pick<RunSummary, 'totalSteps' | 'totalEpochs'>, epochs: EpochColumns, axis: XAxis): PlaceScale {
  if (axis === 'step') return { toX: (step) => step / 1000, toStep: (x) => x * 1000 }
  if (axis === 'epoch') {
    const perEpoch = run.totalSteps / run.totalEpochs
    return { toX: (step) => step / perEpoch, toStep: (x) => x * perEpoch }
  }
  const steps = [0, ...epochs.column('step')]
  const minutes = [0, ...Array.from(epochs.column('trainedMs'), (ms) => ms / 60_000)]
  return { toX: (step) => between(steps, minutes, step), toStep: (x) => between(minutes, steps, x) }
}

/** Piecewise linear through ascending points, and on with the last slope; NaN before two points are known. */
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
