import { expect, it } from 'vitest'
import { seedRows, seedTable } from '../../../../src/main/cli/seed-table.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const runs = [
  sampleRun({ family: 'plain', n: 3, seed: 1, train: 0.04, test: 0.1 }).summary,
  sampleRun({ family: 'plain', n: 3, seed: 2, train: 0.06, test: 0.12 }).summary,
  sampleRun({ family: 'plain', n: 3, seed: 3, train: 0.5, test: 0.5, state: 'running' }).summary,
  sampleRun({ family: 'residual', n: 3, train: 0.03, test: 0.09 }).summary,
]

it('seeds are a row of the table with mean and deviation of those that finished, and every run in it is named', () => {
  const rows = seedRows(runs)
  expect(rows.map(({ network, finished, runIds }) => [network, finished, runIds.length])).toEqual([
    ['plain-20', 2, 3],
    ['residual-20 A', 1, 1],
  ])
  const [head, plain, residual] = seedTable(rows).split('\n')
  expect(head).toMatch(/network +data set +recipe +runs +finished +train error +test error/)
  expect(plain).toMatch(/plain-20 .* 2 of 3 +5\.00 ± 1\.41 % +11\.00 ± 1\.41 %/)
  expect(residual).toMatch(/1 of 1 +3\.00 % +9\.00 %/)
})

it('seeds have their mean top-5 error beside the top-1 error where it was measured', () => {
  const measured = [0.05, 0.07].map(
    (testTopFive, index) => sampleRun({ family: 'plain', n: 3, seed: index + 1, train: 0.04, test: 0.3, testTopFive }).summary,
  )
  const [head, plain] = seedTable(seedRows(measured)).split('\n')
  expect(head).toMatch(/test error +test top-5 +best test +best top-5 +trained/)
  expect(plain).toMatch(/30\.00 ± 0\.00 % +6\.00 ± 1\.41 % +30\.00 ± 0\.00 % +6\.00 ± 1\.41 %/)
  expect(seedTable(seedRows(runs))).not.toContain('top-5')
})

it('runs that start from other weights are no further seeds of those that start from drawn ones', () => {
  const sha256 = 'a'.repeat(64)
  const [first] = runs
  const tuned = { ...first!, id: 99, settingsHash: 'tuned', settings: { ...first!.settings, initialWeights: { sha256, name: 'run 9' } } }
  expect(seedRows([first!, tuned])).toHaveLength(2)
})
