import { expect, it } from 'vitest'
import { lineNames } from '../../../../src/common/run-lines/line-names.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const { summary: base } = sampleRun({ family: 'residual', n: 3, train: 0.1, test: 0.1 })
let nextId = 1000
function run(recipe: Partial<typeof base.settings.recipe> = {}, seed = 1, dataset = 'cifar10') {
  return {
    ...base,
    id: nextId++,
    settings: {
      ...base.settings,
      seed,
      dataset: { ...base.settings.dataset, name: dataset },
      recipe: { ...base.settings.recipe, ...recipe },
    },
  }
}
const namesOf = (runs: (typeof base)[]) => [...lineNames(runs).values()].map(({ network, member }) => `${network}, ${member}`)

it('a network and its seed are enough where nothing else differs', () => {
  expect(namesOf([run({}, 1), run({}, 2)])).toEqual(['residual-20 A, seed 1', 'residual-20 A, seed 2'])
})

it('namesakes are told apart by the settings in which they differ', () => {
  expect(namesOf([run({ learningRate: 0.1 }), run({ learningRate: 0.01 })])).toEqual([
    'residual-20 A, learning rate 0.1, seed 1',
    'residual-20 A, learning rate 0.01, seed 1',
  ])
})

it('a recipe’s or a data set’s name says it all where it tells them apart', () => {
  expect(namesOf([run({ name: 'short', epochs: 10, weightDecay: 0 }), run({ name: 'long', epochs: 30 })])).toEqual([
    'residual-20 A, short, seed 1',
    'residual-20 A, long, seed 1',
  ])
  expect(namesOf([run({}, 1, 'cifar10'), run({}, 1, 'shapes-10')])).toEqual([
    'residual-20 A, cifar10, seed 1',
    'residual-20 A, shapes-10, seed 1',
  ])
})

it('runs of equal settings are told apart by their numbers', () => {
  const runs = [run(), run()]
  expect(namesOf(runs)).toEqual(runs.map(({ id }) => `residual-20 A, seed 1, run ${id}`))
})

it('no two lines have one name, however many settings differ', () => {
  const runs = [0.1, 0.2].flatMap((learningRate) =>
    [0, 1e-4].flatMap((weightDecay) => [0.8, 0.9].map((momentum) => run({ learningRate, weightDecay, momentum }))),
  )
  expect(new Set(namesOf(runs)).size).toBe(runs.length)
})
