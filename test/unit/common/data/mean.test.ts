import { describe, expect, it } from 'vitest'
import { perChannelMoments, perPixelMoments } from '../../../../src/common/data/mean.ts'

// Three images of 1x2 pixels with two channels.
const images = Uint8Array.from([0, 10, 20, 30, 255, 255, 255, 255, 100, 10, 40, 50])

describe('perPixelMoments', () => {
  it('perPixelMoments takes mean and deviation of the selected images alone, scaled to 0..1', () => {
    const { mean, std } = perPixelMoments(images, 4, Uint32Array.of(0, 2))
    expect(mean).toEqual(Float32Array.of(50 / 255, 10 / 255, 30 / 255, 40 / 255))
    expect(std).toEqual(Float32Array.of(50 / 255, 0, 10 / 255, 10 / 255))
  })

  it('perPixelMoments is exact over very many bright images, where float32 sums would drift', () => {
    const count = 200_000
    const bright = new Uint8Array(count).fill(254)
    const { mean, std } = perPixelMoments(
      bright,
      1,
      Uint32Array.from({ length: count }, (_, index) => index),
    )
    expect(mean[0]).toBe(Math.fround(254 / 255))
    expect(std[0]).toBe(0)
  })

  it('perPixelMoments refuses no images and images that do not exist', () => {
    expect(() => perPixelMoments(images, 4, new Uint32Array())).toThrow('No images')
    expect(() => perPixelMoments(images, 4, Uint32Array.of(3))).toThrow('Image 3 is beyond the 3 images')
  })
})

describe('perChannelMoments', () => {
  it('perChannelMoments takes mean and deviation over all pixels of a channel', () => {
    const { mean, std } = perChannelMoments(images, 4, 2, Uint32Array.of(0, 2))
    expect(mean).toEqual(Float32Array.of(40 / 255, 25 / 255))
    expect(std[0]).toBeCloseTo(Math.sqrt((40 ** 2 + 20 ** 2 + 60 ** 2 + 0) / 4) / 255, 6)
    expect(std[1]).toBeCloseTo(Math.sqrt((15 ** 2 + 5 ** 2 + 15 ** 2 + 25 ** 2) / 4) / 255, 6)
  })
})
