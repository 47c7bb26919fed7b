import { describe, expect, it } from 'vitest'
import { expectedImagesPerSecond, forecastMs, packedMs, type MeasuredSpeed } from '../../../../src/common/sweep/forecast.ts'

const speed = (changes: Partial<MeasuredSpeed>): MeasuredSpeed => ({ threads: 1, precision: 'fp32', multiplyAdds: 40e6, imagesPerSecond: 400, ...changes })

describe('the speed to expect', () => {
  it('is unknown before anything was measured in that precision', () => {
    expect(expectedImagesPerSecond(40e6, [], 1, 'fp32')).toBeNull()
    expect(expectedImagesPerSecond(40e6, [speed({ precision: 'bf16' })], 1, 'fp32')).toBeNull()
  })

  it('is the measured one for the measured network', () => {
    expect(expectedImagesPerSecond(40e6, [speed({}), speed({ multiplyAdds: 120e6, imagesPerSecond: 150 })], 1, 'fp32')).toBe(400)
  })

  it('comes from the network nearest in size, at equal multiply-adds a second', () => {
    const speeds = [speed({}), speed({ multiplyAdds: 120e6, imagesPerSecond: 150 })]
    expect(expectedImagesPerSecond(240e6, speeds, 1, 'fp32')).toBeCloseTo(75)
    expect(expectedImagesPerSecond(20e6, speeds, 1, 'fp32')).toBeCloseTo(800)
  })

  it('comes from another number of threads, in proportion, only when there is none of this one', () => {
    expect(expectedImagesPerSecond(40e6, [speed({})], 2, 'fp32')).toBeCloseTo(800)
    expect(expectedImagesPerSecond(40e6, [speed({}), speed({ threads: 2, imagesPerSecond: 700 })], 2, 'fp32')).toBe(700)
  })

  it('gives the time of the images that are left', () => {
    expect(forecastMs({ multiplyAdds: 40e6, images: 4000 }, [speed({})], 1, 'fp32')).toBeCloseTo(10_000)
  })
})

describe('packing runs on slots', () => {
  it('gives each slot the next run as it becomes free', () => {
    expect(packedMs([5, 3, 3, 1], [0, 0])).toBe(6)
  })

  it('starts behind what runs already', () => {
    expect(packedMs([4], [10, 2])).toBe(10)
    expect(packedMs([], [10, 2])).toBe(10)
  })

  it('is unknown when one duration is', () => {
    expect(packedMs([4, null], [0])).toBeNull()
  })
})
