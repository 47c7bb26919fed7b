/** "3,440", "0.0327", "1.2e-20": a number to so many significant digits, with an exponent only where it would be long without. */
export function significant(value: number, digits: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(digits - 1).replace('e+', 'e')
  return value.toLocaleString('en', { maximumSignificantDigits: digits })
}
