import { expect, it } from 'vitest'
import { errorGrid, interactions } from '../../../../src/common/effects/interaction.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

// Values of test/fixtures/scipy-laws.py, which also computes what they are held against.
const cells = [
  ['plain', 3, [0.091, 0.094, 0.089, 0.092]],
  ['plain', 9, [0.121, 0.127, 0.119, 0.13]],
  ['residual', 3, [0.085, 0.088, 0.084, 0.087]],
  ['residual', 9, [0.071, 0.074, 0.069, 0.073]],
] as const
const runs = cells.flatMap(([family, n, errors]) =>
  errors.map((test, index) => sampleRun({ family, n, seed: index + 1, train: test, test }).summary),
)

it('an interaction is paired over the seeds that all four networks have, as scipy’s test of one sample', () => {
  const [only, ...others] = interactions(runs, 'test')
  expect(others).toEqual([])
  expect(only).toMatchObject({ name: 'residual A against plain, 20 to 56 layers', method: 'paired-t' })
  expect(only!.difference).toBeCloseTo(-0.047, 10)
  expect(only!.interval).toBeCloseTo(0.005663204705733678, 8)
  expect(only!.pValue).toBeCloseTo(0.00011908140858897154, 8)
  expect(only!.correctedPValue).toBe(only!.pValue)
  expect(only!.words).toMatch(
    /^depth changes plain by \+3\.2\d and residual A by −1\.4\d points: 4\.70 fewer with residual A, beyond chance$/,
  )
})

it('without enough shared seeds all seeds count, by Welch over four groups with the degrees of freedom of the smallest', () => {
  const other = runs.map((run) => {
    const { network, seed } = run.settings
    const apart = network.family === 'residual' ? 100 : 0
    return { ...run, settings: { ...run.settings, seed: seed + apart } }
  })
  const some = other.filter(
    ({ settings: { network, seed } }) =>
      !(seed === 4 && 'n' in network && network.n === 3) && !(seed === 104 && 'n' in network && network.n === 9),
  )
  const [only] = interactions(some, 'test')
  expect(only).toMatchObject({ method: 'welch-t' })
  expect(only!.difference).toBeCloseTo(-0.0475833333, 8)
  expect(only!.interval).toBeCloseTo(0.014665707524970525, 8)
  expect(only!.pValue).toBeCloseTo(0.0050920965655926334, 9)
})

it('a single seed tests nothing, and two variants without two common depths have no interaction', () => {
  const single = runs.filter(({ settings }) => settings.seed === 1)
  expect(interactions(single, 'test')[0]).toMatchObject({ method: 'none', interval: null, pValue: null })
  expect(interactions(single, 'test')[0]!.words).toContain('too few seeds to test it')
  expect(
    interactions(
      runs.filter(({ settings: { network } }) => !('n' in network) || network.n === 3),
      'test',
    ),
  ).toEqual([])
})

it('the grid has every network of the experiment with its mean over seeds', () => {
  const grid = errorGrid(runs, 'test')
  expect(grid.map(({ variant, layers }) => [variant, layers])).toEqual([
    ['plain', 20],
    ['plain', 56],
    ['residual A', 20],
    ['residual A', 56],
  ])
  expect(grid[0]!.statistics).toMatchObject({ count: 4, mean: expect.closeTo(0.0915, 10) as number })
})

it('seeds that came in a later sweep make it a second look, whose p is twice as large', () => {
  const later = runs.map((run) => ({ ...run, queuedAt: run.settings.seed > 2 ? 2 : 1 }))
  const [only] = interactions(later, 'test')
  expect(only).toMatchObject({ looks: 2, method: 'paired-t' })
  expect(only!.correctedPValue).toBeCloseTo(2 * only!.pValue!, 12)
})
