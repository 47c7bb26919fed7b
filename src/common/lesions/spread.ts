/** Mean of some numbers, and their sample standard deviation (n - 1), which is null for a single one. */
export interface Spread {
  readonly mean: number
  readonly std: number | null
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, std: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null }
}
