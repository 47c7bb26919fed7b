import type { StepSample } from '../../common/rpc/records.ts'

/**
 * Thins a series to about `maximumPoints` samples: of each stretch its lowest and highest loss stay, in order,
 * and every sample without a loss (not a number) stays, as do the first and the last.
 */
export function thinSteps(samples: readonly StepSample[], maximumPoints: number): StepSample[] {
  if (samples.length <= maximumPoints) return [...samples]
  const kept = new Set<number>([0, samples.length - 1])
  const buckets = Math.max(1, Math.floor((maximumPoints - 2) / 2))
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * samples.length) / buckets)
    const to = Math.floor(((bucket + 1) * samples.length) / buckets)
    let lowest: number | null = null
    let highest: number | null = null
    for (let index = from; index < to; index++) {
      const loss = samples[index]!.loss
      if (loss === null) kept.add(index)
      else {
        if (lowest === null || loss < samples[lowest]!.loss!) lowest = index
        if (highest === null || loss > samples[highest]!.loss!) highest = index
      }
    }
    if (lowest !== null) kept.add(lowest)
    if (highest !== null) kept.add(highest)
  }
  return [...kept].sort((a, b) => a - b).map((index) => samples[index]!)
}
