/** Steps along one direction, from -range to range in equal parts; of an odd number the middle one is 0 exactly. */
export function gridSteps(resolution: number, range: number): number[] {
  const half = (resolution - 1) / 2
  // Whole numbers are divided last, so that the two sides are each other's mirror image.
  return Array.from({ length: resolution }, (_, index) => (range * (index - half)) / half)
}

/** A point of the surface, in steps along the directions. */
export interface SurfacePoint {
  readonly x: number
  /** Null on a line. */
  readonly y: number | null
}

/** Lists the points in the order in which they are computed: row by row from below, in each from left to right. */
export function surfacePoints(steps: readonly number[], isPlane: boolean): SurfacePoint[] {
  const rows = isPlane ? steps : [null]
  return rows.flatMap((y) => steps.map((x) => ({ x, y })))
}

/** Cuts points' values into rows. */
export function rowsOf<T>(values: readonly T[], columns: number): T[][] {
  return Array.from({ length: values.length / columns }, (_, row) => values.slice(row * columns, (row + 1) * columns))
}
