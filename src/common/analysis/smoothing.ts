/**
 * Computes an exponential moving average without the start's bias towards zero (as Adam corrects it). Values that are not
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

/** Continues the average of {@link smooth} where an earlier series ended. */
export class ContinuedAverage {
  readonly #weight: number
  #average: number
  #bias: number

  /** @param last the last smoothed value of `count` values; null when there is none */
  constructor(weight: number, last: number | null, count: number) {
    this.#weight = weight
    this.#bias = last === null ? 1 : weight ** count
    this.#average = last === null ? 0 : last * (1 - this.#bias)
  }

  /** Smooths the next value; null for what is not a number, which does not change the average. */
  next(value: number | null): number | null {
    if (value === null || !Number.isFinite(value)) return null
    this.#average = this.#weight * this.#average + (1 - this.#weight) * value
    this.#bias *= this.#weight
    return this.#average / (1 - this.#bias)
  }
}
