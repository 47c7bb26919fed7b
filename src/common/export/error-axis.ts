/** A point of a curve with its spread over seeds, percent. */
export interface ErrorPoint {
  readonly mean: number
  /** Half of the band around it; 0 without one. */
  readonly spread: number
}

/**
 * Where an error axis of curves ends, percent: at the paper's 20 (Fig. 6) when all of them end below 15 with their bands, else with
 * room for the highest end and a little of the way down to it. Bands of the later half fit whole; before that a curve may come in from
 * above.
 * @param curves in the order of training
 */
export function errorAxisTop(curves: readonly (readonly ErrorPoint[])[]): number {
  const ends = curves.flatMap((curve) => curve.at(-1) ?? [])
  const highest = Math.max(0, ...ends.map((end) => end.mean + end.spread))
  const bands = curves.flatMap((curve) =>
    curve
      .slice(Math.floor(curve.length / 2))
      .filter(({ spread }) => spread > 0)
      .map(({ mean, spread }) => mean + spread),
  )
  const held = Math.ceil(Math.max(0, ...bands) / 10) * 10
  return Math.min(100, Math.max(highest <= 15 ? 20 : Math.ceil((highest * 1.35) / 10) * 10, held))
}

/** Ends of an error axis that the data fill, percent: round numbers just outside of them. */
export function fittedErrorAxis(curves: readonly (readonly ErrorPoint[])[]): { min: number; max: number } {
  const points = curves.flat()
  const low = Math.max(0, Math.min(100, ...points.map(({ mean, spread }) => mean - spread)))
  const high = Math.min(100, Math.max(0, ...points.map(({ mean, spread }) => mean + spread)))
  const step = high - low > 25 ? 5 : high - low > 5 ? 1 : 0.2
  const min = Math.floor(low / step) * step
  return { min, max: Math.max(Math.ceil(high / step) * step, min + step) }
}
