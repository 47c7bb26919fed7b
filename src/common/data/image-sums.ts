import type { ImageMoments } from './mean.ts'

/** Sums over images of one size that are seen one after the other: whole numbers below 2^53, exact whatever the order. */
export class ImageSums {
  readonly #channels: number
  #count = 0
  /** [height, width, channels] */
  readonly #sums: Float64Array
  /** Sums of products of two channels of a pixel: [channels, channels], the upper triangle only. */
  readonly #products: Float64Array

  /** @param imageSize height x width x channels */
  constructor(imageSize: number, channels: number) {
    this.#channels = channels
    this.#sums = new Float64Array(imageSize)
    this.#products = new Float64Array(channels * channels)
  }

  get count(): number {
    return this.#count
  }

  /** @param images uint8 [k, height, width, channels] */
  add(images: Uint8Array): void {
    const channels = this.#channels
    const size = this.#sums.length
    for (let start = 0; start < images.length; start += size) {
      for (let pixel = 0; pixel < size; pixel += channels) {
        for (let channel = 0; channel < channels; channel++) {
          const value = images[start + pixel + channel]!
          this.#sums[pixel + channel]! += value
          for (let other = channel; other < channels; other++)
            this.#products[channel * channels + other]! += value * images[start + pixel + other]!
        }
      }
    }
    this.#count += images.length / size
  }

  /** Mean of every pixel and channel, of images scaled to 0..1: [height, width, channels]. */
  perPixelMean(): Float32Array {
    return Float32Array.from(this.#sums, (sum) => sum / this.#count / 255)
  }

  /** Moments of every channel over all pixels, of images scaled to 0..1: [channels]. */
  perChannel(): ImageMoments {
    const means = this.#channelMeans()
    const std = means.map((mean, channel) =>
      Math.sqrt(Math.max(0, this.#products[channel * (this.#channels + 1)]! / this.#pixels - mean * mean)),
    )
    return { mean: Float32Array.from(means, (mean) => mean / 255), std: Float32Array.from(std, (value) => value / 255) }
  }

  /** Covariance of the channels over all pixels, of images scaled to 0..1: [channels, channels]. */
  covariance(): Float64Array {
    const channels = this.#channels
    const means = this.#channelMeans()
    return Float64Array.from({ length: channels * channels }, (_, at) => {
      const [a, b] = [Math.floor(at / channels), at % channels].sort((one, other) => one - other) as [number, number]
      return (this.#products[a * channels + b]! / this.#pixels - means[a]! * means[b]!) / 255 ** 2
    })
  }

  get #pixels(): number {
    if (this.#count === 0) throw new RangeError('No images to take the mean of.')
    return this.#count * (this.#sums.length / this.#channels)
  }

  #channelMeans(): number[] {
    const channels = this.#channels
    const sums = Array<number>(channels).fill(0)
    this.#sums.forEach((sum, at) => (sums[at % channels]! += sum))
    return sums.map((sum) => sum / this.#pixels)
  }
}
