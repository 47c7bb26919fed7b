import { expect, it } from 'vitest'
import { rowOfKey } from '../../../src/renderer/src/features/runs/row-keys.ts'

it.each<[string, number | null, number | null]>([
  ['ArrowDown', null, 0],
  ['ArrowUp', null, 99],
  ['ArrowDown', 4, 5],
  ['ArrowDown', 99, 99],
  ['ArrowUp', 0, 0],
  ['PageDown', 4, 24],
  ['PageDown', null, 20],
  ['PageUp', 4, 0],
  ['Home', 50, 0],
  ['End', null, 99],
  ['x', 4, null],
])('%s leads from line %s of a hundred to line %s', (key, from, to) => {
  expect(rowOfKey(key, from, 100, 20)).toBe(to)
})

it('a list without lines leads nowhere', () => {
  expect(rowOfKey('ArrowDown', null, 0, 20)).toBeNull()
})
