import { expect, it } from 'vitest'
import { heatMap } from '../../../src/renderer/src/features/runs/heat-map.ts'

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
