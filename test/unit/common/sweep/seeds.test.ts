import { describe, expect, it } from 'vitest'
import { readSeeds, seedsInWords, writeSeeds } from '../../../../src/common/sweep/seeds.ts'

describe('seeds in a field', () => {
  it.each([
    ['3', 3],
    [' 1000 ', 1000],
    ['4, 7', [4, 7]],
    ['4 7;9,4', [4, 7, 9]],
    ['0,', [0]],
    ['5,', [5]],
  ])('seeds in a field: %s is read, and written so that it is read back', (text, seeds) => {
    expect(readSeeds(text)).toEqual(seeds)
    expect(readSeeds(writeSeeds(seeds))).toEqual(seeds)
  })

  it.each(['', ',', '0', '1001', '-1', '1.5', '1e2', 'x', '4, x', `${2 ** 31},`])('"%s" is neither a count nor a list', (text) => {
    expect(readSeeds(text)).toBeNull()
  })

  it.each([
    [1, 'seed 1'],
    [2, 'seeds 1 and 2'],
    [5, 'seeds 1 to 5'],
    [[5], 'seed 5'],
    [[4, 7, 9], 'seeds 4, 7 and 9'],
    [[90, 4, 5, 6, 7, 8, 9], '7 seeds from 4 to 90'],
  ])('%j are said as numbers, never as a bare count', (seeds, words) => {
    expect(seedsInWords(seeds)).toBe(words)
  })
})
