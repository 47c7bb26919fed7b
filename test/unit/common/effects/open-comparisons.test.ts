import { expect, it } from 'vitest'
import { openComparisons } from '../../../../src/common/effects/open-comparisons.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const runs = (['plain', 'residual'] as const).flatMap((family) =>
  [3, 9].flatMap((n) => [1, 2].map((seed) => sampleRun({ family, n, seed, train: 0.1, test: 0.1 + seed / 500 + n / 900 }).summary)),
)

it('open comparisons come with the sweep that settles each, the least work first', () => {
  const open = openComparisons(runs)
  expect(open.length).toBeGreaterThan(1)
  expect(open[0]!.name).toMatch(/^plain to residual A, 20 layers \(cifar10, /)
  expect(open[0]!.extension.sweep).toMatchObject({ families: ['plain', 'residual'], depths: [20], seeds: [1, 2, 3] })
  expect(open[0]!.moreSeeds).toBe(1)
  expect(open.map(({ work }) => work)).toEqual(open.map(({ work }) => work).sort((a, b) => a - b))
  expect(new Set(open.map(({ key }) => key)).size).toBe(open.length)
})

it('networks with runs to come are in no open comparison, and archived ones are for the caller to leave out', () => {
  const going = [...runs, sampleRun({ family: 'plain', n: 3, seed: 3, train: 0.1, test: 0.1, state: 'waiting' }).summary]
  expect(openComparisons(going).every(({ name }) => !name.includes('plain, 20') && !name.includes('20 layers ('))).toBe(true)
  expect(openComparisons([])).toEqual([])
})
