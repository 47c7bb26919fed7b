/** Chooses at most about `count` values that people would write, from `min` to `max`: steps of 1, 2 or 5 times a power of ten. */
export function roundTicks(min: number, max: number, count: number): number[] {
  const extent = max - min
  if (!(extent > 0) || count < 1) return [min]
  const power = 10 ** Math.floor(Math.log10(extent / count))
  const step = power * ([1, 2, 5, 10].find((one) => one * power * count >= extent * 0.999999) ?? 10)
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const [first, last] = [Math.ceil(min / step - 1e-9), Math.floor(max / step + 1e-9)]
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toFixed(digits)))
}

/** Chooses the same for a logarithmic scale: powers of ten, with 2 and 5 times them where these are few. Both ends are above 0. */
export function logarithmicTicks(min: number, max: number, count: number): number[] {
  const [first, last] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))]
  const powers = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  const between = (factors: readonly number[]): number[] =>
    powers
      .flatMap((power) => factors.map((factor) => Number((factor * 10 ** power).toPrecision(3))))
      .filter((value) => value >= min * 0.999999 && value <= max * 1.000001)
  const fine = between([1, 2, 5])
  if (fine.length <= count) return fine
  const coarse = between([1])
  const stride = Math.max(1, Math.ceil(coarse.length / count))
  return coarse.filter((_, index) => index % stride === 0)
}
