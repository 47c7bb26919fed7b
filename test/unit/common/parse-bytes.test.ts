import { expect, it } from 'vitest'
import { parseBytes } from '../../../src/common/parse-bytes.ts'

it('sizes are read in decimal units, and in binary ones where they say so', () => {
  expect(['20G', '500 MB', '1.5t', '12', '2KiB', '1 GiB'].map(parseBytes)).toEqual([20e9, 500e6, 1.5e12, 12, 2048, 2 ** 30])
})

it('what is no size is no number', () => {
  expect(['', 'G', '-1G', '1e9', '20 apples', '1.2.3M', '5i'].map(parseBytes)).toEqual(Array.from({ length: 7 }, () => null))
})
