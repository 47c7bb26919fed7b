import { describe, expect, it } from 'vitest'
import { splitIndices } from '../../../../src/common/data/split.ts'

const balanced = Uint8Array.from({ length: 1000 }, (_, index) => index % 10)
const classCounts = (indices: Uint32Array, labels: Uint8Array) => {
  const counts = new Array<number>(10).fill(0)
  for (const index of indices) counts[labels[index]!]!++
  return counts
}

describe('splitIndices', () => {
  it('splitIndices deals every index into exactly one of the two parts, in ascending order', () => {
    const { train, validation } = splitIndices(1000, 100, 1)
    expect([train.length, validation.length]).toEqual([900, 100])
    expect([...train, ...validation].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, index) => index))
    expect([...train].sort((a, b) => a - b)).toEqual([...train])
    expect([...validation].sort((a, b) => a - b)).toEqual([...validation])
  })

  it('splitIndices gives the same split for the same seed and another for another', () => {
    expect(splitIndices(1000, 100, 7).validation).toEqual(splitIndices(1000, 100, 7).validation)
    expect(splitIndices(1000, 100, 7).validation).not.toEqual(splitIndices(1000, 100, 8).validation)
  })

  it('splitIndices never changes: runs of the past must be able to resume', () => {
    expect([...splitIndices(20, 5, 1).validation]).toEqual([4, 6, 13, 14, 15])
    expect([...splitIndices(20, 5, 1, balanced.subarray(0, 20)).validation]).toEqual([6, 12, 13, 14, 15])
  })

  it('splitIndices chooses from everywhere: over many seeds every index is held out about equally often', () => {
    const counts = new Array<number>(50).fill(0)
    for (let seed = 0; seed < 2000; seed++) for (const index of splitIndices(50, 10, seed).validation) counts[index]!++
    expect(Math.min(...counts)).toBeGreaterThan(320)
    expect(Math.max(...counts)).toBeLessThan(480)
  })

  it('splitIndices holds out equally many of each class when it is given the labels', () => {
    expect(classCounts(splitIndices(1000, 100, 3, balanced).validation, balanced)).toEqual(new Array(10).fill(10))
    const uneven = Uint8Array.from({ length: 1000 }, (_, index) => (index < 900 ? 0 : 1))
    expect(classCounts(splitIndices(1000, 100, 3, uneven).validation, uneven).slice(0, 2)).toEqual([90, 10])
  })

  it('splitIndices differs from seed to seed within the classes too', () => {
    expect(splitIndices(1000, 100, 3, balanced).validation).not.toEqual(splitIndices(1000, 100, 4, balanced).validation)
  })

  it('splitIndices keeps everything for training when nothing is to be held out', () => {
    const { train, validation } = splitIndices(10, 0, 1)
    expect([train.length, validation.length]).toEqual([10, 0])
  })

  it.each([-1, 10, 11, 2.5, Number.NaN])('splitIndices refuses a validation size of %s of ten images', (size) => {
    expect(() => splitIndices(10, size, 1)).toThrow(/from 0 to 9/)
  })

  it('splitIndices takes each of 300 classes equally, with labels of two bytes', () => {
    const labels = Uint16Array.from({ length: 3000 }, (_, index) => index % 300)
    const { validation } = splitIndices(3000, 600, 5, labels)
    const counts = new Uint32Array(300)
    for (const index of validation) counts[labels[index]!]!++
    expect([...new Set(counts)]).toEqual([2])
  })

  it('splitIndices refuses labels of another number than the images', () => {
    expect(() => splitIndices(10, 2, 1, new Uint8Array(9))).toThrow('Expected 10 labels, got 9')
  })
})
