/**
 * Where an error axis of finished curves ends, percent: at the paper's 20 (Fig. 6) when all of them end below 15,
 * else with room for the highest end and a little of the way down to it.
 * @param ends the curves' last values, percent
 */
export function errorAxisTop(ends: readonly number[]): number {
  const highest = Math.max(0, ...ends)
  return highest <= 15 ? 20 : Math.min(100, Math.ceil((highest * 1.35) / 10) * 10)
}
