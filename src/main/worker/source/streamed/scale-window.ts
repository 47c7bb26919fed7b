import type { ImageSize } from '../../../../common/training/scaled-crop.ts'
import type { CropRequest, ThreadSettings } from './pipeline-messages.ts'

/** Which input pixels an output pixel is made of, along one axis: `first[o]` and on, weights [outputs, taps]. */
interface Taps {
  readonly first: Int32Array
  readonly taps: number
  readonly weights: Float64Array
}

/** A window of an image of a size that is scaled before. */
type ScaledWindow = Pick<CropRequest, 'height' | 'width' | 'scaledHeight' | 'scaledWidth'> & CropRequest['windows'][number]
type WindowSize = Pick<ThreadSettings, 'channels' | 'height' | 'width'>

/**
 * Computes a window of a scaled image and nothing of the rest: bilinear, with a triangle filter that widens where the image shrinks (PIL's
 * and torchvision's antialiased bilinear, but rounded once). Sums and products in double precision: the same on every machine.
 * @param pixels uint8 [crop.height, crop.width, channels]
 * @param into uint8 [height, width, channels]
 */
export function scaleWindow(pixels: Uint8Array, crop: ScaledWindow, size: WindowSize, into: Uint8Array): void {
  scaleValues(pixels, crop, size, into, 0.5)
}

/**
 * Scales values of any kind, such as a mean image, in the same way and without rounding.
 * @param values fp32 [from.height, from.width, channels]
 * @returns fp32 [to.height, to.width, channels]
 */
export function resizeImage(values: Float32Array, from: ImageSize, to: ImageSize, channels: number): Float32Array {
  const into = new Float32Array(to.height * to.width * channels)
  scaleValues(values, { ...from, scaledHeight: to.height, scaledWidth: to.width, top: 0, left: 0 }, { channels, ...to }, into, 0)
  return into
}

/** @param offset added to each value before it is stored */
function scaleValues<Values extends Uint8Array | Float32Array>(
  pixels: Values,
  crop: ScaledWindow,
  { channels, height, width }: WindowSize,
  into: Values,
  offset: number,
): void {
  const rows = tapsOf(crop.height, crop.scaledHeight, crop.top, height)
  const columns = tapsOf(crop.width, crop.scaledWidth, crop.left, width)
  const firstRow = rows.first[0]!
  const endRow = rows.first[height - 1]! + rows.taps
  const narrow = new Float64Array((endRow - firstRow) * width * channels)
  for (let row = firstRow; row < endRow; row++) {
    // Beyond the last row all weights are 0.
    if (row < crop.height) narrowRow(pixels, row * crop.width, crop.width, columns, channels, narrow, (row - firstRow) * width * channels)
  }
  const rowValues = width * channels
  for (let row = 0; row < height; row++) {
    const start = (rows.first[row]! - firstRow) * rowValues
    for (let value = 0; value < rowValues; value++) {
      let sum = 0
      for (let tap = 0; tap < rows.taps; tap++) sum += rows.weights[row * rows.taps + tap]! * narrow[start + tap * rowValues + value]!
      into[row * rowValues + value] = sum + offset
    }
  }
}

/** One row of the image, scaled in width. */
function narrowRow(
  pixels: Uint8Array | Float32Array,
  rowStart: number,
  imageWidth: number,
  { first, taps, weights }: Taps,
  channels: number,
  into: Float64Array,
  intoStart: number,
): void {
  const last = imageWidth - 1
  let at = intoStart
  for (let column = 0; column < first.length; column++) {
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0
      for (let tap = 0; tap < taps; tap++) {
        const from = Math.min(last, first[column]! + tap)
        sum += weights[column * taps + tap]! * pixels[(rowStart + from) * channels + channel]!
      }
      into[at++] = sum
    }
  }
}

/** @param start first output of the window of `count` */
function tapsOf(from: number, to: number, start: number, count: number): Taps {
  const scale = from / to
  const support = Math.max(1, scale)
  const taps = Math.ceil(2 * support) + 1
  const first = new Int32Array(count)
  const weights = new Float64Array(count * taps)
  for (let output = 0; output < count; output++) {
    const centre = (start + output + 0.5) * scale
    const begin = Math.max(0, Math.floor(centre - support))
    first[output] = begin
    let sum = 0
    for (let tap = 0; tap < taps && begin + tap < from; tap++) {
      const weight = Math.max(0, 1 - Math.abs(begin + tap + 0.5 - centre) / support)
      weights[output * taps + tap] = weight
      sum += weight
    }
    for (let tap = 0; tap < taps; tap++) weights[output * taps + tap]! /= sum
  }
  return { first, taps, weights }
}
