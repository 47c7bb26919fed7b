/** Finds the next end of an axis at or above `value` that people would write: 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 or 10 times a power of ten. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((one) => one * power >= value * 0.999999) ?? 10
  return step * power
}

/** Most steps of an axis. */
const mostSteps = 8

/**
 * Rounds the ends of a range outwards by at most one step of the axis, for axes that do not start at 0.
 * A range without extent gets some.
 */
export function roundEnds(min: number, max: number): { min: number; max: number } {
  const extent = max - min || Math.abs(max) || 1
  const power = 10 ** Math.floor(Math.log10(extent / mostSteps))
  const step = power * ([1, 2, 5, 10].find((one) => one * power * mostSteps >= extent) ?? 10)
  const [low, high] = [Math.floor(min / step + 1e-9), Math.ceil(max / step - 1e-9)]
  const digits = Math.max(0, -Math.floor(Math.log10(step)))
  const round = (value: number): number => Number((value * step).toFixed(digits))
  return { min: round(low), max: round(high > low ? high : low + 1) }
}
