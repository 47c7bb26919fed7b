import { describe, expect, it } from 'vitest'
import { RawCensus } from '../../../../../src/main/data/providers/raw-census.ts'

const images = (...pixels: readonly number[]) => Uint8Array.from(pixels.flatMap((pixel) => [pixel, pixel]))

describe('a census of plain pixels', () => {
  it('a census of plain pixels counts classes and finds equal images in two splits and in two classes, in whatever order they come', () => {
    const parts = [
      ['train', 0, images(1, 2), Uint8Array.of(0, 1)],
      ['train', 2, images(1, 3), Uint8Array.of(1, 1)],
      ['test', 0, images(3, 9, 1), Uint8Array.of(1, 0, 0)],
    ] as const
    for (const order of [parts, [...parts].reverse()]) {
      const census = new RawCensus(['cat', 'dog'])
      for (const [split, first, pixels, labels] of order) census.add(split, first, pixels, labels)
      expect(census.classes).toEqual([
        { name: 'cat', train: 1, validation: null, test: 2 },
        { name: 'dog', train: 3, validation: null, test: 1 },
      ])
      expect(census.notes).toEqual([
        '2 test images are, pixel by pixel, training images too: test 0 = train 3, test 2 = train 0.',
        '1 image stands, pixel by pixel, in two classes: train 0 (cat) = train 2 (dog).',
      ])
    }
  })

  it('a census of plain pixels says nothing where all images differ', () => {
    const census = new RawCensus(['cat', 'dog'])
    census.add('train', 0, images(1, 2), Uint8Array.of(0, 1))
    expect(census.notes).toEqual([])
  })
})
