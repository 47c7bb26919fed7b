import { describe, expect, it } from 'vitest'
import { isolines } from '../../../../src/common/analysis/isolines.ts'

const grid = (size: number, value: (x: number, y: number) => number | null) =>
  Array.from({ length: size }, (_, y) => Array.from({ length: size }, (_, x) => value(x, y)))

describe('lines of equal value', () => {
  it('a closed line around a peak of a cone is a circle of the level’s radius', () => {
    const [line, ...others] = isolines(
      grid(41, (x, y) => Math.hypot(x - 20, y - 20)),
      12,
    )
    expect(others).toEqual([])
    expect(line!.at(-1)).toEqual(line![0])
    for (const { x, y } of line!) expect(Math.hypot(x - 20, y - 20)).toBeCloseTo(12, 1)
  })

  it('a line of a plane runs straight from border to border', () => {
    const [line, ...others] = isolines(
      grid(5, (x) => x),
      1.25,
    )
    expect(others).toEqual([])
    expect(line!.map(({ x }) => x)).toEqual([1.25, 1.25, 1.25, 1.25, 1.25])
    expect(new Set(line!.map(({ y }) => y))).toEqual(new Set([0, 1, 2, 3, 4]))
  })

  it('lines of values by their logarithms lie where the logarithm is linear', () => {
    const [line] = isolines(
      grid(3, (x) => 100 ** x),
      10,
      true,
    )
    for (const { x } of line!) expect(x).toBeCloseTo(0.5, 12)
  })

  it('lines leave squares out that have a corner without a number', () => {
    const [line] = isolines(
      grid(5, (x, y) => (y === 2 && x === 1 ? null : x)),
      1.25,
    )
    expect(Math.max(...line!.map(({ y }) => y)) - Math.min(...line!.map(({ y }) => y))).toBe(1)
  })

  it('the two lines of a saddle do not cross', () => {
    const lines = isolines(
      [
        [1, 0],
        [0, 1],
      ],
      0.6,
    )
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line).toHaveLength(2)
  })
})
