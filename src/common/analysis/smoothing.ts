/**
 * Exponential moving average without the start's bias towards zero (as Adam corrects it). Values that are not
 * finite stay as they are and do not touch the average, so that a NaN remains visible and poisons nothing.
 * @param weight share of the old average, 0 (no smoothing) to below 1
 */
export function smooth(values: ArrayLike<number>, weight: number): Float64Array {
  if (!(weight >= 0 && weight < 1)) throw new RangeError(`The smoothing weight must be at least 0 and below 1; got ${weight}.`)
  const smoothed = new Float64Array(values.length)
  let average = 0
  let bias = 1
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isFinite(value)) {
      smoothed[i] = value
      continue
    }
    average = weight * average + (1 - weight) * value
    bias *= weight
    smoothed[i] = average / (1 - bias)
  }
  return smoothed
}
