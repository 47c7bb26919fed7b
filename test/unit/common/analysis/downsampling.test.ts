import { describe, expect, it } from 'vitest'
import { minMaxIndices } from '../../../../src/common/analysis/downsampling.ts'

const lcg = (seed: number) => () => (seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32

describe('min-max downsampling', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'min-max downsampling keeps first, last, extremes and all values that are not finite (seed %i)',
    (seed) => {
      const random = lcg(seed)
      const length = 100 + Math.floor(random() * 5000)
      const most = 10 + Math.floor(random() * 200)
      const y = Float64Array.from({ length }, () =>
        random() < 0.002 ? [NaN, Infinity, -Infinity][Math.floor(random() * 3)]! : random() ** 4 - random() ** 4,
      )
      const kept = [...minMaxIndices(y, most)]
      const finite = [...y].filter(Number.isFinite)
      const notFinite = [...y.keys()].filter((index) => !Number.isFinite(y[index]!))
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b))
      expect(kept).toEqual(expect.arrayContaining([0, length - 1, ...notFinite]))
      const values = kept.map((index) => y[index]!)
      expect(Math.max(...values.filter(Number.isFinite))).toBe(Math.max(...finite))
      expect(Math.min(...values.filter(Number.isFinite))).toBe(Math.min(...finite))
      expect(kept.length).toBeLessThanOrEqual(most + notFinite.length + 4)
    },
  )

  it('min-max downsampling keeps everything when there is room', () => {
    expect([...minMaxIndices([3, 1, 2], 10)]).toEqual([0, 1, 2])
    expect([...minMaxIndices([], 10)]).toEqual([])
  })

  it('min-max downsampling survives a series without a finite value', () => {
    expect(minMaxIndices(new Float64Array(50).fill(NaN), 10)).toHaveLength(50)
  })
})
