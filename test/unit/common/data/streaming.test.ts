import { describe, expect, it } from 'vitest'
import { areImagesStreamed, enlargedImages, enlargedWords, imageMemoryBytes, inputShapeOf } from '../../../../src/common/data/streaming.ts'

const splits = { train: { count: 900 }, test: { count: 100 } }
const fixed = { name: 'small', image: { size: 'fixed', height: 32, width: 32, channels: 3 }, splits } as const
const varied = { name: 'photographs', image: { size: 'varied', encoding: 'encoded', channels: 3 }, splits } as const
const asStored = { imageSize: null, scaleJitter: [], batchSize: 10 }
const bytes = 1000 * 32 * 32 * 3

describe('images of a run', () => {
  it('have the size of the data set unless the recipe says another', () => {
    expect(inputShapeOf(fixed, asStored)).toEqual([32, 32, 3])
    expect(inputShapeOf(fixed, { imageSize: 24 })).toEqual([24, 24, 3])
    expect(inputShapeOf(varied, { imageSize: 64 })).toEqual([64, 64, 3])
    expect(() => inputShapeOf(varied, asStored)).toThrow('photographs have sizes of their own')
    expect(() => inputShapeOf(varied, asStored)).toThrow('--set imageSize=64')
  })

  it('are held in memory where they are taken as stored and small for the machine, else streamed', () => {
    expect(areImagesStreamed(fixed, asStored, 4 * bytes)).toBe(false)
    expect(areImagesStreamed(fixed, { ...asStored, imageSize: 32 }, 4 * bytes)).toBe(false)
    expect(areImagesStreamed(fixed, asStored, 4 * bytes - 1)).toBe(true)
    expect(areImagesStreamed(fixed, { ...asStored, imageSize: 24 }, 1e12)).toBe(true)
    expect(areImagesStreamed(fixed, { ...asStored, scaleJitter: [256, 480] }, 1e12)).toBe(true)
    expect(areImagesStreamed(varied, { ...asStored, imageSize: 64 }, 1e12)).toBe(true)
  })

  it('are told to be enlarged where they are stored smaller than the recipe takes them', () => {
    const write = (side: number) => `--set imageSize=${side}`
    expect(enlargedImages(fixed, asStored)).toBeNull()
    expect(enlargedImages(fixed, { ...asStored, imageSize: 32 })).toBeNull()
    expect(enlargedImages(varied, { ...asStored, imageSize: 224 }), 'sizes of their own are not known').toBeNull()
    expect(enlargedWords(enlargedImages(fixed, { ...asStored, imageSize: 64 })!, write)).toBe(
      'The images of small are stored at 32×32 and are enlarged to 74 pixels before they are cropped, which adds computation and no ' +
        'detail. Store them at 74 pixels or more, or train at their own size (--set imageSize=32).',
    )
    expect(enlargedWords(enlargedImages(fixed, { imageSize: 32, scaleJitter: [256, 480] })!, write)).toContain(
      'are enlarged to 37 pixels or more before they are cropped, which adds computation and no detail. Store them at 37 pixels or more.',
    )
    expect(enlargedImages(fixed, { imageSize: 24, scaleJitter: [256, 480] }), 'shrunk to 28 at least').toBeNull()
    const photographs = { name: 'photographs', image: { size: 'fixed', height: 160, width: 160, channels: 3 } } as const
    expect(enlargedImages(photographs, { imageSize: 64, scaleJitter: [256, 480] }), '73 to 137 pixels').toBeNull()
    expect(enlargedImages(photographs, { imageSize: 160, scaleJitter: [] }), 'as they are stored').toBeNull()
    expect(enlargedImages(photographs, { imageSize: 144, scaleJitter: [] })!.side).toBe(165)
  })

  it('take memory for all of them when held, for a few batches when streamed', () => {
    expect(imageMemoryBytes(fixed, asStored, [32, 32, 3], 4 * bytes)).toBe(2 * bytes)
    const streamed = (batchSize: number) => imageMemoryBytes(varied, { ...asStored, batchSize, imageSize: 64 }, [64, 64, 3], 1e12)
    expect(streamed(20) - streamed(10)).toBe(6 * 10 * 64 * 64 * 3)
  })
})
