import { expect, it } from 'vitest'
import { differenceMap, heatMap, mapSizes, mostMapClasses } from '../../../src/renderer/src/entities/confusion/heat-map.ts'

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
  expect(cells[1]).toMatchObject({ row: 0, column: 1, label: '40', tone: 'bad', title: 'cat, taken for dog: 40 of 100 images' })
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

it('a difference of two confusion matrices is tinted where one network confuses more, and says by how many images', () => {
  const classes = ['cat', 'dog']
  const { cells, largestShare } = differenceMap(
    {
      classes,
      counts: [
        [0, 0, 90],
        [0, 1, 10],
        [1, 1, 50],
      ],
    },
    [
      [0, 0, 86],
      [0, 1, 14],
      [1, 1, 50],
    ],
  )
  expect(largestShare).toBe(0.04)
  expect(cells).toEqual([
    { row: 0, column: 0, label: '+4', tint: 100, tone: 'accent', title: 'cat, taken for what it is: 90 of 100 images, the other 86' },
    { row: 0, column: 1, label: '−4', tint: 100, tone: 'accent', title: 'cat, taken for dog: 10 of 100 images, the other 14' },
  ])
  expect(differenceMap({ classes, counts: [[0, 1, 3]] }, [[0, 0, 3]]).cells.map(({ tone }) => tone)).toEqual(['bad', 'bad'])
})
