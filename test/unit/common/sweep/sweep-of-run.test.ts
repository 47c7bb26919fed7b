import { expect, it } from 'vitest'
import { expandSweep } from '../../../../src/common/sweep/expand.ts'
import { sweepOfRun } from '../../../../src/common/sweep/sweep-of-run.ts'
import { resolveRecipe } from '../../../../src/common/training/recipes.ts'
import type { RunSettings } from '../../../../src/common/training/run-settings.ts'

const dataset = {
  name: 'shapes-10',
  checksum: 'a'.repeat(64),
  classes: Array.from({ length: 10 }, (_, index) => `class ${index}`),
  image: { size: 'fixed' as const, height: 32, width: 32, channels: 3 },
  splits: { train: { count: 5000 } },
}
const settings: RunSettings = {
  network: { architecture: 'cifar', family: 'residual', n: 5, shortcut: 'B', widths: [8, 16, 32], inputShape: [32, 32, 3], classes: 10 },
  dataset: { name: dataset.name, checksum: dataset.checksum },
  recipe: resolveRecipe('demo', { iterations: 300, learningRate: 0.2 }),
  seed: 7,
}

it('a run as a sweep is that very run, told by what differs from its recipe', () => {
  const sweep = sweepOfRun(settings)
  expect(sweep.set).toEqual({ iterations: 300, learningRate: 0.2 })
  expect(expandSweep(sweep, dataset)).toEqual([settings])
})

it('a run of a recipe that is no longer built in keeps all of its settings', () => {
  const old = { ...settings, recipe: { ...settings.recipe, name: 'an old recipe' } }
  const [again] = expandSweep(sweepOfRun(old), dataset)
  expect({ ...again?.recipe, name: old.recipe.name }).toEqual(old.recipe)
})

it.each([null, 0.01])('a run of 110 layers by the paper’s recipe is that very run also when its warm-up is %s', (warmupLearningRate) => {
  const deep: RunSettings = {
    ...settings,
    network: { ...settings.network, n: 18 },
    recipe: resolveRecipe('paper-cifar10', { validationSize: 100, warmupLearningRate }),
  }
  expect(expandSweep(sweepOfRun(deep), dataset)).toEqual([deep])
})
