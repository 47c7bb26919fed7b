/** [height, width, channels] of a feature map, or [features] after pooling. The batch is never part of a shape. */
export type Shape = readonly [number, number, number] | readonly [number]

/** [height, width, channels]. */
export type FeatureMap = readonly [number, number, number]

/** Multiplies a shape's sizes: the number of elements. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** @throws RangeError unless the shape is [height, width, channels] */
export function featureMap(shape: Shape | undefined): FeatureMap {
  if (shape?.length !== 3)
    throw new RangeError(`Expected a feature map [height, width, channels]; got ${shape ? `[${shape.join(', ')}]` : 'nothing'}.`)
  return shape
}

/**
 * Computes the height or width, in pixels, after a window of `kernel` moves in steps of `stride` over `extent` and `padding` zeros on each
 * side.
 */
export function slidingExtent(extent: number, kernel: number, stride: number, padding: number): number {
  return Math.floor((extent + 2 * padding - kernel) / stride) + 1
}
