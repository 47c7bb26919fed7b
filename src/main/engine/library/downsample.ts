import { minMaxIndices } from '../../../common/analysis/downsampling.ts'
import { smooth } from '../../../common/analysis/smoothing.ts'
import type { StepMetric, StepSample } from '../../../common/records/records.ts'

/**
 * Thins a series to about `maximumPoints` samples: of each stretch its lowest and highest value of `metric` stay, in order,
 * and every sample without one (not a number) stays, as do the first and the last.
 */
export function thinSteps(samples: readonly StepSample[], maximumPoints: number, metric: StepMetric): StepSample[] {
  return [...minMaxIndices(valuesOf(samples, metric), maximumPoints)].map((index) => samples[index]!)
}

/** Replaces the metric by its moving average; what is not a number stays so. @param weight see {@link smooth} */
export function smoothSteps(samples: readonly StepSample[], metric: StepMetric, weight: number): StepSample[] {
  const smoothed = smooth(valuesOf(samples, metric), weight)
  return samples.map((sample, index) => ({ ...sample, [metric]: sample[metric] === null ? null : smoothed[index]! }))
}

function valuesOf(samples: readonly StepSample[], metric: StepMetric): Float64Array {
  return Float64Array.from(samples, (sample) => sample[metric] ?? NaN)
}
