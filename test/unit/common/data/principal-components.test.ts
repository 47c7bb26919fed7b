import { describe, expect, it } from 'vitest'
import { ImageSums } from '../../../../src/common/data/image-sums.ts'
import { perChannelMoments, perPixelMoments } from '../../../../src/common/data/mean.ts'
import { principalComponents } from '../../../../src/common/data/principal-components.ts'
import { drawAugmentation } from '../../../../src/common/training/augmentation.ts'
import { Random } from '../../../../src/common/training/random.ts'

/** Eigenvectors (0.6, 0.8, 0), (0, 0, 1), (0.8, -0.6, 0) with eigenvalues 9, 4, 1. */
const covariance = Float64Array.of(9 * 0.36 + 0.64, 9 * 0.48 - 0.48, 0, 9 * 0.48 - 0.48, 9 * 0.64 + 0.36, 0, 0, 0, 4)
const expected = [5.4, 7.2, 0, 0, 0, 4, 0.8, -0.6, 0]

describe('principal components of colours', () => {
  it('are the eigenvectors times their eigenvalues, largest first', () => {
    principalComponents(covariance, 3).forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 10))
    expect([...principalComponents(Float64Array.of(2, 0, 0, 5), 2)]).toEqual([0, 5, 2, 0])
  })

  it('make colour shifts whose covariance is that of normal draws along them', () => {
    const settings = { cropPadding: 0, flip: false, colourShift: 0, pcaShift: 0.1 }
    const count = 20_000
    const shifts = drawAugmentation(settings, count, 3, 1, 0, principalComponents(covariance, 3)).shifts!
    const squares = [0, 0, 0]
    shifts.forEach((shift, at) => (squares[at % 3]! += shift * shift))
    // Variance of a channel: the sum of (0.1 x component)^2 over the components.
    const variances = [0.01 * (5.4 ** 2 + 0.8 ** 2), 0.01 * (7.2 ** 2 + 0.6 ** 2), 0.01 * 16]
    squares.forEach((sum, channel) => expect(Math.abs(sum / count / variances[channel]! - 1)).toBeLessThan(5 * Math.sqrt(2 / count)))
  })

  it('are asked for where a recipe shifts along them', () => {
    const settings = { cropPadding: 0, flip: false, colourShift: 0, pcaShift: 0.1 }
    expect(() => drawAugmentation(settings, 4, 3, 1, 0)).toThrow('components')
  })
})

describe('sums over images seen in parts', () => {
  const random = new Random(3)
  const images = Uint8Array.from({ length: 6 * 4 * 5 * 3 }, () => random.below(256))
  const all = Uint32Array.of(0, 1, 2, 3, 4, 5)
  const sums = new ImageSums(60, 3)
  for (const [start, end] of [
    [0, 1],
    [1, 4],
    [4, 6],
  ] as const)
    sums.add(images.subarray(start * 60, end * 60))

  it('give the moments of all of them at once', () => {
    expect(sums.count).toBe(6)
    expect(sums.perPixelMean()).toEqual(perPixelMoments(images, 60, all).mean)
    const { mean, std } = perChannelMoments(images, 60, 3, all)
    expect(sums.perChannel().mean).toEqual(mean)
    sums.perChannel().std.forEach((value, channel) => expect(value).toBeCloseTo(std[channel]!, 6))
  })

  it('give the covariance of the channels', () => {
    const pixels = Array.from({ length: 120 }, (_, pixel) => [0, 1, 2].map((channel) => images[3 * pixel + channel]! / 255))
    const mean = [0, 1, 2].map((channel) => pixels.reduce((sum, pixel) => sum + pixel[channel]!, 0) / 120)
    for (const [a, b] of [
      [0, 0],
      [0, 2],
      [2, 1],
    ] as const) {
      const direct = pixels.reduce((sum, pixel) => sum + (pixel[a]! - mean[a]!) * (pixel[b]! - mean[b]!), 0) / 120
      expect(sums.covariance()[3 * a + b]).toBeCloseTo(direct, 10)
    }
  })
})
