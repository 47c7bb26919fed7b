import { expect, it } from 'vitest'
import { designAt } from '../../../../src/common/network/design.ts'
import { expandSweep } from '../../../../src/common/sweep/expand.ts'
import { sweepCommand } from '../../../../src/common/sweep/sweep-command.ts'
import { sweepOfRun } from '../../../../src/common/sweep/sweep-of-run.ts'
import { parseSweepFile, sweepFileText } from '../../../../src/common/sweep/sweep-text.ts'
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

it('a run of an architecture with settings is queued again with the same settings, by a file and by the command line too', () => {
  const point = { family: 'residual', depth: 14, shortcut: 'A', inputShape: [32, 32, 3], classes: 10 } as const
  const blocks = [1, 1, 1, 1]
  const network = designAt('imagenet', { ...point, inputShape: [32, 32, 3], settings: { blocks, stem: '3x3', bottleneckStride: '3x3' } })
  const run: RunSettings = { ...settings, network, recipe: resolveRecipe('demo') }
  const sweep = sweepOfRun(run)
  expect(sweep.network).toEqual({ blocks, blockKind: 'bottleneck', bottleneckStride: '3x3', stem: '3x3' })
  expect(expandSweep(sweep, dataset)).toEqual([run])
  expect(parseSweepFile(sweepFileText(sweep), 'x.yaml')).toEqual(sweep)
  expect(sweepCommand(sweep, 'lab', false)).toContain('--blocks 1,1,1,1 --block-kind bottleneck --bottleneck-stride 3x3 --stem 3x3')
})
