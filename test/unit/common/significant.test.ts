import { expect, it } from 'vitest'
import { significant } from '../../../src/common/significant.ts'

it.each([
  [3438.2, '3,440'],
  [0.03267, '0.0327'],
  [-17.06, '-17.1'],
  [0, '0'],
  [1.23456e-20, '1.23e-20'],
  [45_678_901, '4.57e7'],
])('a number to three significant digits, %f, is written %s', (value, text) => {
  expect(significant(value, 3)).toBe(text)
})
