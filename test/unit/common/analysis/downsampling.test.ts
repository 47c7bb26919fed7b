import { describe, expect, it } from 'vitest'
import { largestTriangleIndices, minMaxIndices } from '../../../../src/common/analysis/downsampling.ts'

const lcg = (seed: number) => () => (seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32
const x = (length: number) => Float64Array.from({ length }, (_, index) => index)
const methods = [
  ['min-max', (y: ArrayLike<number>, most: number) => minMaxIndices(y, most)],
  ['largest triangle', (y: ArrayLike<number>, most: number) => largestTriangleIndices(x(y.length), y, most)],
] as const

describe.each(methods)('%s downsampling', (_name, downsample) => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))('keeps first, last, extremes and all values that are not finite (seed %i)', (seed) => {
    const random = lcg(seed)
    const length = 100 + Math.floor(random() * 5000)
    const most = 10 + Math.floor(random() * 200)
    const y = Float64Array.from({ length }, () => (random() < 0.002 ? [NaN, Infinity, -Infinity][Math.floor(random() * 3)]! : random() ** 4 - random() ** 4))
    const kept = [...downsample(y, most)]
    const finite = [...y].filter(Number.isFinite)
    const notFinite = [...y.keys()].filter((index) => !Number.isFinite(y[index]!))
    expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b))
    expect(kept).toEqual(expect.arrayContaining([0, length - 1, ...notFinite]))
    const values = kept.map((index) => y[index]!)
    expect(Math.max(...values.filter(Number.isFinite))).toBe(Math.max(...finite))
    expect(Math.min(...values.filter(Number.isFinite))).toBe(Math.min(...finite))
    expect(kept.length).toBeLessThanOrEqual(most + notFinite.length + 4)
  })

  it('keeps everything when there is room', () => {
    expect([...downsample([3, 1, 2], 10)]).toEqual([0, 1, 2])
    expect([...downsample([], 10)]).toEqual([])
  })

  it('survives a series without a finite value', () => {
    expect(downsample(new Float64Array(50).fill(NaN), 10)).toHaveLength(50)
  })
})
