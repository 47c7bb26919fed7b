import { expect, it } from 'vitest'
import { heatMap, mapSizes, mostMapClasses } from '../../../src/renderer/src/entities/confusion/heat-map.ts'

it('a heat map tints confusions by their share of the label’s images, the largest most, and right answers not at all', () => {
  const { cells, largestShare } = heatMap({
    classes: ['cat', 'dog', 'ship'],
    counts: [
      [0, 0, 60],
      [0, 1, 40],
      [1, 0, 10],
      [1, 1, 90],
      [2, 2, 5],
    ],
  })
  expect(largestShare).toBe(0.4)
  expect(cells.map(({ tint }) => tint)).toEqual([0, 100, 50, 0, 0])
  expect(cells[1]).toMatchObject({ row: 0, column: 1, images: 40, title: 'cat, taken for dog: 40 of 100 images' })
})

it('a heat map of a network without errors has no tint', () => {
  expect(heatMap({ classes: ['a', 'b'], counts: [[0, 0, 3]] })).toMatchObject({ largestShare: 0, cells: [{ tint: 0 }] })
})

it('names beside a heat map have a line each, and above it none lies on the next', () => {
  for (let classes = 2; classes <= mostMapClasses; classes++) {
    const { cell, fontSize, names } = mapSizes(classes)
    // Letters take 0.73 of the font's size from baseline to top.
    const pitch = names === 'slanted' ? cell * Math.SQRT1_2 : cell
    if (names !== 'none') expect(0.73 * fontSize, `${classes} classes`).toBeLessThan(pitch)
    expect(cell * classes, `${classes} classes`).toBeLessThanOrEqual(700)
  }
  expect(mapSizes(100)).toEqual({ cell: 6, fontSize: 0, numbers: false, names: 'none' })
})
