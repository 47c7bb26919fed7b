/**
 * Chooses points to draw: the lowest and the highest of each of equally long stretches, so that extremes are exact at every zoom. First
 * and last point and every value that is not finite stay, whatever the number of points asked for: a spike
 * or a NaN is what one is looking for.
 * @returns ascending indices into the series
 */
export function minMaxIndices(y: ArrayLike<number>, maximumPoints: number): Uint32Array {
  if (y.length <= maximumPoints) return everyIndex(y.length)
  const kept = alwaysKept(y)
  const buckets = Math.max(1, Math.floor((maximumPoints - 2) / 2))
  for (let bucket = 0; bucket < buckets; bucket++) {
    const [start, end] = bucketRange(y.length, buckets, bucket)
    const [low, high] = extremes(y, start, end)
    if (low >= 0) kept.add(low).add(high)
  }
  return ascending(kept)
}

function everyIndex(length: number): Uint32Array {
  return Uint32Array.from({ length }, (_, index) => index)
}

function alwaysKept(y: ArrayLike<number>): Set<number> {
  const kept = new Set<number>([0, y.length - 1])
  for (let i = 0; i < y.length; i++) if (!Number.isFinite(y[i]!)) kept.add(i)
  const [low, high] = extremes(y, 0, y.length)
  return low < 0 ? kept : kept.add(low).add(high)
}

/** Finds the indices of the lowest and highest finite value of [start, end), -1 when there is none. */
function extremes(y: ArrayLike<number>, start: number, end: number): [number, number] {
  let low = -1
  let high = -1
  for (let i = start; i < end; i++) {
    if (!Number.isFinite(y[i]!)) continue
    if (low < 0 || y[i]! < y[low]!) low = i
    if (high < 0 || y[i]! > y[high]!) high = i
  }
  return [low, high]
}

/** Cuts the points between the first and the last one into equal buckets; the one after the last is the last point alone. */
function bucketRange(length: number, buckets: number, bucket: number): [number, number] {
  if (bucket >= buckets) return [length - 1, length]
  const inner = length - 2
  return [1 + Math.floor((bucket * inner) / buckets), 1 + Math.floor(((bucket + 1) * inner) / buckets)]
}

function ascending(indices: Set<number>): Uint32Array {
  return Uint32Array.from(indices).sort()
}
