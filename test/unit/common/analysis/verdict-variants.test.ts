import { expect, it } from 'vitest'
import { assessDegradation } from '../../../../src/common/analysis/degradation.ts'
import { groupByExperiment } from '../../../../src/common/analysis/experiment.ts'
import { headlineText } from '../../../../src/common/analysis/verdict-headline.ts'
import { verdictRows } from '../../../../src/common/analysis/verdict-table.ts'
import { depthPicture } from '../../../../src/common/export/depth-figure.ts'
import { sampleRun, type Sample } from '../../../fixtures/sample-runs.ts'

const runs = (samples: readonly Omit<Sample, 'test'>[]) =>
  samples.map((sample) => sampleRun({ ...sample, test: sample.train + 0.05 }).summary)
const pair = (more: Pick<Sample, 'family' | 'survival'>, shallow: number, deep: number) => [
  { ...more, n: 3, train: shallow },
  { ...more, n: 9, train: deep },
]

it('the verdict compares highway nets with plain ones as it does residual nets, each for itself', () => {
  const verdict = assessDegradation(
    runs([
      ...pair({ family: 'plain' }, 0.05, 0.15),
      ...pair({ family: 'highway' }, 0.05, 0.3),
      ...pair({ family: 'residual' }, 0.05, 0.02),
    ]),
  )
  expect(headlineText(verdict.headline)).toBe('Depth hurts the plain net: ✓ shortcut A cures it, ✗ highway A does not cure it.')
  expect(verdict.sentences[2]).toMatch(/^Highway A does not cure it: highway-56 A ends at 30\.00 % training error/)
  expect(verdictRows(verdict).map(({ what }) => what)).toEqual([
    'plain, 20 to 56 layers',
    'residual A, 20 to 56 layers',
    'highway A, 20 to 56 layers',
    'plain to residual A, 56 layers',
    'plain to highway A, 56 layers',
  ])
})

it('residual nets with stochastic depth are a variant of their own in the same experiment', () => {
  const all = runs([
    ...pair({ family: 'plain' }, 0.05, 0.15),
    ...pair({ family: 'residual' }, 0.05, 0.02),
    ...pair({ family: 'residual', survival: 0.5 }, 0.05, 0.3),
  ])
  expect(groupByExperiment(all)).toHaveLength(1)
  const verdict = assessDegradation(all)
  expect(headlineText(verdict.headline)).toBe(
    'Depth hurts the plain net: ✓ shortcut A cures it, ✗ residual A stochastic depth 0.5 does not cure it.',
  )
})

it('the figure of error against depth has a line and a mark of its own for highway nets', () => {
  const lines = depthPicture(runs([...pair({ family: 'residual' }, 0.05, 0.02), ...pair({ family: 'highway' }, 0.05, 0.04)]), false)!
    .panels[0]!.lines
  expect(lines.map(({ variant, shape }) => [variant, shape])).toEqual([
    ['highway A', 'crossRot'],
    ['residual A', 'triangle'],
  ])
})
