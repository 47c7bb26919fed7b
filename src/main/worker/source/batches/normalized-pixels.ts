import type { Normalization } from '../../backend/backend.ts'

/**
 * Normalizes images as programs do: (pixel / 255 - mean) / std.
 * @param pixels uint8 [images, height, width, channels]
 * @returns fp32 of the same shape
 */
export function normalizedPixels(pixels: Uint8Array, { mean, inverseStd }: Normalization): Float32Array {
  const channels = inverseStd.length
  return Float32Array.from(pixels, (value, at) => (value / 255 - mean[at % mean.length]!) * inverseStd[at % channels]!)
}
