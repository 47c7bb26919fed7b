/** Mean and standard deviation of images scaled to 0..1, accumulated in float64. */
export interface ImageMoments {
  /** Per pixel [height, width, channels], or per channel [channels]. */
  readonly mean: Float32Array
  readonly std: Float32Array
}

/**
 * Computes moments of every pixel and channel over the selected images (the paper subtracts this mean).
 * @param images uint8 [count, imageSize]
 * @param imageSize height x width x channels
 */
export function perPixelMoments(images: Uint8Array, imageSize: number, indices: Uint32Array): ImageMoments {
  const { sum, squares } = accumulate(images, imageSize, indices)
  return moments(sum, squares, indices.length)
}

/** Computes moments of every channel over all pixels of the selected images; arguments as for {@link perPixelMoments}. */
export function perChannelMoments(images: Uint8Array, imageSize: number, channels: number, indices: Uint32Array): ImageMoments {
  const pixel = accumulate(images, imageSize, indices)
  const sum = new Float64Array(channels)
  const squares = new Float64Array(channels)
  for (let i = 0; i < imageSize; i++) {
    sum[i % channels]! += pixel.sum[i]!
    squares[i % channels]! += pixel.squares[i]!
  }
  return moments(sum, squares, indices.length * (imageSize / channels))
}

/** Adds up whole numbers; sums stay below 2^53 and are exact, whatever the order. */
function accumulate(images: Uint8Array, imageSize: number, indices: Uint32Array): { sum: Float64Array; squares: Float64Array } {
  const sum = new Float64Array(imageSize)
  const squares = new Float64Array(imageSize)
  for (const index of indices) {
    const start = index * imageSize
    if (start + imageSize > images.length) throw new RangeError(`Image ${index} is beyond the ${images.length / imageSize} images.`)
    for (let i = 0; i < imageSize; i++) {
      const value = images[start + i]!
      sum[i]! += value
      squares[i]! += value * value
    }
  }
  return { sum, squares }
}

function moments(sum: Float64Array, squares: Float64Array, count: number): ImageMoments {
  if (count === 0) throw new RangeError('No images to take the mean of.')
  const mean = Float32Array.from(sum, (total) => total / count / 255)
  const std = Float32Array.from(squares, (total, i) => Math.sqrt(Math.max(0, total / count - (sum[i]! / count) ** 2)) / 255)
  return { mean, std }
}
