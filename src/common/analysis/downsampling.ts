/**
 * Choices of points to draw. Both keep the first and last point, the highest and lowest value, and every value
 * that is not finite, whatever the number of points asked for: a spike or a NaN is what one is looking for.
 * They return ascending indices into the series, so that several columns can be thinned alike.
 */

/** For each of equally many points a bucket's lowest and highest; exact extremes at every zoom. */
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

/**
 * Largest triangle three buckets (Steinarsson 2013): keeps the shape of a curve with fewer points than min-max.
 * @param x ascending
 */
export function largestTriangleIndices(x: ArrayLike<number>, y: ArrayLike<number>, maximumPoints: number): Uint32Array {
  if (y.length <= maximumPoints) return everyIndex(y.length)
  const kept = alwaysKept(y)
  const buckets = Math.max(1, maximumPoints - 2)
  let previous = 0
  for (let bucket = 0; bucket < buckets; bucket++) {
    const [start, end] = bucketRange(y.length, buckets, bucket)
    const next = centre(x, y, ...bucketRange(y.length, buckets, bucket + 1))
    let chosen = -1
    let largest = -1
    for (let i = start; i < end; i++) {
      const area = Math.abs((x[previous]! - next.x) * (y[i]! - y[previous]!) - (x[previous]! - x[i]!) * (next.y - y[previous]!))
      if (area > largest) [largest, chosen] = [area, i]
    }
    if (chosen < 0) chosen = firstFinite(y, start, end)
    if (chosen < 0) continue
    kept.add(chosen)
    previous = chosen
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

/** Indices of the lowest and highest finite value of [start, end), -1 when there is none. */
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

/** Points between the first and the last one, cut into equal buckets; the one after the last is the last point alone. */
function bucketRange(length: number, buckets: number, bucket: number): [number, number] {
  if (bucket >= buckets) return [length - 1, length]
  const inner = length - 2
  return [1 + Math.floor((bucket * inner) / buckets), 1 + Math.floor(((bucket + 1) * inner) / buckets)]
}

function centre(x: ArrayLike<number>, y: ArrayLike<number>, start: number, end: number): { x: number; y: number } {
  let count = 0
  let sumX = 0
  let sumY = 0
  for (let i = start; i < end; i++) {
    if (!Number.isFinite(y[i]!)) continue
    count += 1
    sumX += x[i]!
    sumY += y[i]!
  }
  return count === 0 ? { x: x[start]!, y: 0 } : { x: sumX / count, y: sumY / count }
}

function firstFinite(y: ArrayLike<number>, start: number, end: number): number {
  for (let i = start; i < end; i++) if (Number.isFinite(y[i]!)) return i
  return -1
}

function ascending(indices: Set<number>): Uint32Array {
  return Uint32Array.from(indices).sort()
}
