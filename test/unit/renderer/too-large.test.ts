import { expect, it } from 'vitest'
import { tooLargeOffers, tooLargeText } from '../../../src/renderer/src/entities/sweep/too-large.ts'

const large = {
  run: 'residual-1202 A, seed 1',
  memoryBytes: 15.2e9,
  freeBytes: 8e9,
  fitting: [
    { settings: { recompute: 'blocks' as const }, memoryBytes: 2.2e9 },
    { settings: { recompute: 'blocks' as const, microBatchSize: 64 }, memoryBytes: 1.9e9 },
  ],
}

it('A run that does not fit into memory is offered each way in which it does, with the fields that a click sets', () => {
  const { needed, ways } = tooLargeOffers(large)
  expect(needed).toMatch(/needs about 15\.2 GB while it trains, and 8\.0 GB are free here: the system would end it\.$/)
  expect(ways).toEqual([
    { words: 'recompute blocks (2.2 GB)', settings: [['recompute', 'blocks']] },
    {
      words: 'recompute blocks and micro-batch size 64 (1.9 GB)',
      settings: [
        ['recompute', 'blocks'],
        ['microBatchSize', 64],
      ],
    },
  ])
  expect(tooLargeOffers({ ...large, fitting: [] })).toMatchObject({ needed: expect.stringMatching(/leave it out\.$/) as string, ways: [] })
  expect(tooLargeText(large)).toContain('It fits with recompute blocks (2.2 GB), or with')
})
