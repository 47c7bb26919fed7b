import { describe, expect, it } from 'vitest'
import { drawAugmentation } from '../../../../src/common/training/augmentation.ts'

const paper = { cropPadding: 4, flip: true, colourShift: 0, pcaShift: 0 }
const batch = 64
const steps = 150

describe('draws of augmentation', () => {
  it('draws of augmentation use all 81 crop offsets about equally often and mirror about half of the images', () => {
    const offsets = new Map<string, number>()
    let mirrored = 0
    for (let step = 0; step < steps; step++) {
      const crops = drawAugmentation(paper, batch, 3, 1, step).crops!
      for (let image = 0; image < batch; image++) {
        const [row, column, mirror] = crops.subarray(image * 3, image * 3 + 3)
        offsets.set(`${row},${column}`, (offsets.get(`${row},${column}`) ?? 0) + 1)
        mirrored += mirror!
      }
    }
    const total = steps * batch
    expect(offsets.size).toBe(81)
    const chiSquare = [...offsets.values()].reduce((sum, count) => sum + (count - total / 81) ** 2 / (total / 81), 0)
    expect(chiSquare).toBeLessThan(124.8) // 99.9 % quantile at 80 degrees of freedom
    expect(Math.abs(mirrored / total - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / total))
  })

  it('draws of augmentation are uniform at each offset of the first and the last image of a batch, also over seeds and over steps', () => {
    for (const image of [0, batch - 1]) {
      for (const keysOf of [(trial: number) => [trial, 0], (trial: number) => [0, trial]]) {
        const counts = Array<number>(9).fill(0)
        for (let trial = 0; trial < 4500; trial++) {
          const [seed, step] = keysOf(trial) as [number, number]
          counts[drawAugmentation(paper, batch, 3, seed, step).crops![image * 3]!]!++
        }
        const chiSquare = counts.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0)
        expect(chiSquare).toBeLessThan(26.1) // 99.9 % quantile at 8 degrees of freedom
      }
    }
  })

  it('draws of augmentation are a function of seed and step and nothing else', () => {
    const settings = { ...paper, colourShift: 0.1 }
    const draw = (seed: number, step: number) => drawAugmentation(settings, batch, 3, seed, step)
    expect(draw(1, 1)).toEqual(draw(1, 1))
    expect(draw(1, 0).crops).not.toEqual(draw(1, 1).crops)
    expect(draw(1, 0).shifts).not.toEqual(draw(1, 1).shifts)
    expect(draw(1, 0).crops).not.toEqual(draw(2, 0).crops)
    expect(draw(1, 7).crops!.slice(0, 6)).toMatchInlineSnapshot(`
      Int32Array [
        8,
        8,
        1,
        6,
        4,
        0,
      ]
    `)
  })

  it('draws of augmentation shift colours uniformly up to the bound, on both sides', () => {
    const shifts = Array.from({ length: 50 }, (_, step) => [
      ...drawAugmentation({ ...paper, colourShift: 0.1 }, batch, 3, 1, step).shifts!,
    ]).flat()
    const bins = Array<number>(10).fill(0)
    for (const shift of shifts) bins[Math.floor((shift / 0.1 + 1) * 5)]!++
    const expected = shifts.length / 10
    // The 99.9 % quantile at 9 degrees of freedom.
    expect(bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(27.9)
  })

  it('are none where the recipe asks for none, and mirror or crop alone where it asks for one', () => {
    expect(drawAugmentation({ cropPadding: 0, flip: false, colourShift: 0, pcaShift: 0 }, batch, 3, 1, 0)).toEqual({
      crops: null,
      shifts: null,
    })
    const fields = (settings: { cropPadding: number; flip: boolean }) => {
      const crops = drawAugmentation({ ...settings, colourShift: 0, pcaShift: 0 }, batch, 3, 1, 0).crops!
      return [0, 1, 2].map((field) => Math.max(...crops.filter((_, at) => at % 3 === field)))
    }
    expect(fields({ cropPadding: 0, flip: true })).toEqual([0, 0, 1])
    expect(fields({ cropPadding: 2, flip: false })).toEqual([4, 4, 0])
  })
})
