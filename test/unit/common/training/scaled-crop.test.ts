import { describe, expect, it } from 'vitest'
import { centreCrop, drawScaledCrops } from '../../../../src/common/training/scaled-crop.ts'

const size = { height: 64, width: 64 }
const range = [256, 480]
const drawn = (count: number, image = { height: 300, width: 500 }, step = 3) =>
  drawScaledCrops(Array(count).fill(image), size, range, 1, step)

describe('a scaled crop', () => {
  it('of a test image is the centre after scaling the shorter side to 256/224 of the crop', () => {
    expect(centreCrop({ height: 300, width: 500 }, size)).toEqual({ scaled: { height: 73, width: 122 }, top: 4, left: 29 })
    expect(centreCrop({ height: 500, width: 300 }, { height: 224, width: 224 }).scaled).toEqual({ height: 427, width: 256 })
  })

  it('of a training image has its shorter side uniform between the ends of the range, scaled to the crop', () => {
    const sides = drawn(4000).map(({ scaled }) => scaled.height)
    const [least, most] = [(64 * 256) / 224, (64 * 480) / 224]
    expect(Math.min(...sides)).toBe(Math.round(least))
    expect(Math.max(...sides)).toBe(Math.round(most))
    const mean = sides.reduce((sum, side) => sum + side, 0) / sides.length
    expect(Math.abs(mean - (least + most) / 2)).toBeLessThan(4 * ((most - least) / Math.sqrt(12 * sides.length)))
    for (const { scaled } of drawn(200)) expect(Math.abs(scaled.width / scaled.height - 5 / 3)).toBeLessThan(0.02)
  })

  it('lies anywhere inside the scaled image, and nowhere outside', () => {
    const crops = drawn(4000)
    for (const { scaled, top, left } of crops) {
      expect(top >= 0 && top + 64 <= scaled.height).toBe(true)
      expect(left >= 0 && left + 64 <= scaled.width).toBe(true)
    }
    const shares = crops.map(({ scaled, left }) => left / (scaled.width - 64))
    expect(Math.min(...shares)).toBe(0)
    expect(Math.max(...shares)).toBe(1)
    expect(Math.abs(shares.reduce((sum, share) => sum + share, 0) / shares.length - 0.5)).toBeLessThan(0.02)
  })

  it('fits an image that is smaller than the crop or as narrow as one pixel', () => {
    for (const image of [
      { height: 1, width: 1 },
      { height: 3, width: 900 },
    ]) {
      for (const { scaled } of [...drawn(50, image), centreCrop(image, size)]) {
        expect(Math.min(scaled.height, scaled.width)).toBeGreaterThanOrEqual(64)
      }
    }
  })

  it('is the same for the same seed and step, and another in another step', () => {
    expect(drawn(20)).toEqual(drawn(20))
    expect(drawn(20, undefined, 4)).not.toEqual(drawn(20))
  })
})
