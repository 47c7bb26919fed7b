import { minMaxIndices } from '../../common/analysis/downsampling.ts'
import type { StepSample } from '../../common/rpc/records.ts'

/**
 * Thins a series to about `maximumPoints` samples: of each stretch its lowest and highest loss stay, in order,
 * and every sample without a loss (not a number) stays, as do the first and the last.
 */
export function thinSteps(samples: readonly StepSample[], maximumPoints: number): StepSample[] {
  const losses = Float64Array.from(samples, (sample) => sample.loss ?? NaN)
  return [...minMaxIndices(losses, maximumPoints)].map((index) => samples[index]!)
}
