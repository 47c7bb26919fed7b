import { expect, it } from 'vitest'
import { findingsOf, findingsSchema } from '../../../../src/common/effects/findings.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const runs = (['plain', 'residual'] as const).flatMap((family) =>
  [3, 5, 9].flatMap((n) =>
    [1, 2, 3].map((seed) => {
      const error = (family === 'plain' ? 0.08 + n / 100 : 0.1 - n / 200) + (seed * n) / 20_000
      return sampleRun({ family, n, seed, train: error, test: error }).summary
    }),
  ),
)

it('findings of runs are the verdict, the interactions and the laws of each experiment, as the contract has them', () => {
  const findings = findingsOf(runs, 'test')
  expect(findingsSchema.parse(findings)).toEqual(findings)
  const [only, ...others] = findings.experiments
  expect(others).toEqual([])
  expect(only!.verdict.headline).toContain('plain')
  expect(only!.interactions).toHaveLength(1)
  expect(only!.laws.map(({ variant }) => variant)).toContain('residual A')
  expect(findings.rateMaps).toEqual([])
})

it('findings of no runs are none', () => {
  expect(findingsOf([], 'train')).toEqual({ experiments: [], rateMaps: [] })
})
