/** Mean and spread of one number over seeds. */
export interface SeedStatistics {
  readonly count: number
  readonly mean: number
  /** Sample standard deviation (n - 1); null for a single value, whose spread is unknown. */
  readonly std: number | null
  readonly min: number
  readonly max: number
}

/** @returns null when there is no value, or one of them is not finite */
export function seedStatistics(values: readonly number[]): SeedStatistics | null {
  if (values.length === 0 || !values.every(Number.isFinite)) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    count: values.length,
    mean,
    std: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null,
    min: Math.min(...values),
    max: Math.max(...values),
  }
}

/** Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const studentT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
]

/** Half width of the 95 % interval of `b.mean - a.mean` (Welch, degrees of freedom rounded down); null when neither spread is known. */
export function differenceHalfWidth(a: SeedStatistics, b: SeedStatistics): number | null {
  // A single run borrows the other side's spread: the best guess there is.
  const stdA = a.std ?? b.std
  const stdB = b.std ?? a.std
  if (stdA === null || stdB === null) return null
  const varianceA = stdA ** 2 / a.count
  const varianceB = stdB ** 2 / b.count
  const variance = varianceA + varianceB
  if (variance === 0) return 0
  const freedomA = a.std === null ? 0 : varianceA ** 2 / (a.count - 1)
  const freedomB = b.std === null ? 0 : varianceB ** 2 / (b.count - 1)
  const freedom = a.std === null ? b.count - 1 : b.std === null ? a.count - 1 : variance ** 2 / (freedomA + freedomB)
  const quantile = studentT[Math.min(Math.max(1, Math.floor(freedom)), studentT.length) - 1]!
  return quantile * Math.sqrt(variance)
}
