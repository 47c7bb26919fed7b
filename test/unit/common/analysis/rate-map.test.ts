import { expect, it } from 'vitest'
import { rateCellText, rateMaps } from '../../../../src/common/analysis/rate-map.ts'
import { canonicalSettings } from '../../../../src/common/training/run-settings.ts'
import { sampleRun, type Sample } from '../../../fixtures/sample-runs.ts'

function at(learningRate: number, sample: Partial<Sample>) {
  const { summary } = sampleRun({ family: 'plain', n: 3, train: 0.1, test: 0.1, ...sample })
  const settings = { ...summary.settings, recipe: { ...summary.settings.recipe, learningRate } }
  return { ...summary, settings, settingsHash: canonicalSettings(settings) }
}

it('errors by learning rate and depth are a map for each variant, with mean and spread of the seeds and the best of each depth', () => {
  const runs = [
    ...[1, 2].map((seed) => at(0.1, { seed, test: 0.1 + seed / 100 })),
    at(0.01, { test: 0.2 }),
    at(0.1, { n: 9, test: 0.3, state: 'diverged' }),
    at(0.01, { n: 9, test: 0.15 }),
    at(0.1, { family: 'residual' }),
  ]
  const [map, ...others] = rateMaps(runs, 'test')
  expect(others, 'the residual net was trained at one rate').toEqual([])
  expect(map).toMatchObject({ label: 'plain, cifar10, cifar10-30', rates: [0.01, 0.1], depths: [20, 56] })
  expect(map!.cells.map((row) => row.map((cell) => `${cell.best ? '✓ ' : ''}${rateCellText(cell)}`))).toEqual([
    ['20.00 %', '✓ 15.00 %'],
    ['✓ 11.50 ± 0.71 %', 'diverged'],
  ])
})

it('what is to come is told in its cell', () => {
  const runs = [at(0.1, { state: 'waiting' }), at(0.1, { seed: 2, state: 'running' }), at(0.3, { seed: 2, test: 0.4 })]
  expect(rateMaps(runs, 'test')[0]!.cells.map((row) => rateCellText(row[0]!))).toEqual(['2 to come', '40.00 %'])
})
