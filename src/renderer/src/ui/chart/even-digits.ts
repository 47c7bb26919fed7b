/** Most decimals, more than any number here is known to. */
const mostDecimals = 6

/**
 * Writes numbers that stand together with the same decimals: 79.00 beside 81.80. Three digits of the largest, and two decimals at
 * least.
 */
export function evenDigits(values: readonly number[]): (value: number) => string {
  const largest = values.filter(Number.isFinite).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (largest === 0) return (value) => (value === 0 ? '0' : value.toExponential(2))
  if (largest < 1e-3 || largest >= 1e6) return (value) => value.toExponential(2)
  const decimals = Math.min(mostDecimals, Math.max(2, 2 - Math.floor(Math.log10(largest))))
  return (value) => value.toFixed(decimals)
}

/** Pads labels of one axis to the same decimals: 0.5, 1, 1.5 -> 0.5, 1.0, 1.5. Words and powers of ten stay as they are. */
export function padDecimals(labels: readonly string[]): string[] {
  const decimals = labels.map((label) => /^-?\d+(?:\.(\d+))?$/.exec(label)).map((match) => match && (match[1]?.length ?? 0))
  const most = decimals.reduce<number>((all, one) => Math.max(all, one ?? 0), 0)
  return labels.map((label, index) => (decimals[index] === null || label === '0' ? label : Number(label).toFixed(most)))
}
