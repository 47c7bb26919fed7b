/** Where a forecast's interval is wider than the forecast, two ends say more than a middle: "between 2 h and 40 h". */

/**
 * The ends of an interval that is wider than its value; null where it is narrower, and "value ± spread" can be said.
 * Forecasts are off by a factor and not by a term, so the ends are the value divided and multiplied by the same one.
 * @param value a duration, milliseconds
 * @param spread half the interval's width, milliseconds
 */
export function wideInterval(value: number, spread: number): { readonly low: number; readonly high: number } | null {
  if (!(value > 0) || 2 * spread <= value) return null
  const factor = Math.exp(Math.asinh(spread / value))
  return { low: value / factor, high: value * factor }
}
