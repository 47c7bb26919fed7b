import { expect, it } from 'vitest'
import { runTable } from '../../../../src/main/cli/run-state.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const plain = sampleRun({ family: 'plain', n: 3, train: 0.02, test: 0.1 }).summary

it('the table of runs has top-5 errors beside top-1 errors where one of the runs has them', () => {
  const measured = sampleRun({ family: 'plain', n: 3, train: 0.2, test: 0.3, testTopFive: 0.08 }).summary
  const [head, ten, hundred] = runTable([plain, measured]).split('\n')
  expect(head).toMatch(/train error +test error +test top-5 +best test +best top-5 +trained/)
  expect(ten).toMatch(/10\.00 % +– +10\.00 % +–/)
  expect(hundred).toMatch(/30\.00 % +8\.00 % +30\.00 % +8\.00 %/)
})

it('the table of runs with ten classes or fewer has no column for top-5 errors', () => {
  expect(runTable([plain])).not.toContain('top-5')
})
