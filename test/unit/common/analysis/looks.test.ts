import { expect, it } from 'vitest'
import { looksAt } from '../../../../src/common/analysis/looks.ts'

it('a look is taken with each sweep after which both networks have two seeds or more', () => {
  expect(
    looksAt([
      [1, 1, 1],
      [1, 1, 1],
    ]),
    'one sweep',
  ).toBe(1)
  expect(
    looksAt([
      [1, 1, 1, 4, 4],
      [1, 1, 1, 4, 4],
    ]),
    'seeds that were added',
  ).toBe(2)
  expect(
    looksAt([
      [1, 1, 1],
      [2, 2, 2],
    ]),
    'a sweep for each network',
  ).toBe(1)
  expect(
    looksAt([
      [1, 2, 3],
      [1, 2, 3],
    ]),
    'a seed a sweep: tested with two and with three',
  ).toBe(2)
  expect(
    looksAt([
      [1, 1, 1, 2, 2],
      [1, 1, 1],
    ]),
    'seeds of one network alone',
  ).toBe(2)
  expect(looksAt([[1], [1]]), 'single seeds').toBe(1)
  expect(
    looksAt([
      [0, 0, 3],
      [0, 0, 3],
    ]),
    'imported runs come first',
  ).toBe(2)
})
