import { describe, expect, it } from 'vitest'
import { designAt } from '../../../../src/common/network/design.ts'
import type { Family, ShortcutOption } from '../../../../src/common/network/families/families.ts'
import { deviationsFromPaper, unlikeThePaper } from '../../../../src/common/paper/deviations.ts'
import { recipeForDepth, resolveRecipe } from '../../../../src/common/training/recipes.ts'

interface Wanted {
  readonly family?: Family
  readonly depth?: number
  readonly shortcut?: ShortcutOption
  readonly widths?: readonly number[]
  readonly settings?: Record<string, unknown>
  readonly dataset?: string
  readonly recipe?: string
  readonly set?: Record<string, unknown>
}

/** A run that is the paper's own but for what is wanted. */
function run(architecture: 'cifar' | 'imagenet' | 'vgg', wanted: Wanted = {}) {
  const isCifar = architecture === 'cifar'
  const { family = 'plain', depth = isCifar ? 20 : architecture === 'vgg' ? 16 : 18, shortcut = 'A', widths, settings = {} } = wanted
  const recipe = resolveRecipe(wanted.recipe ?? (isCifar ? 'paper-cifar10' : 'paper-imagenet'), wanted.set)
  const dataset = wanted.dataset ?? (isCifar ? 'cifar10' : 'imagenet')
  const inputShape: [number, number, number] = isCifar ? [32, 32, 3] : [224, 224, 3]
  const classes = dataset === 'imagenet' ? 1000 : 10
  return {
    network: designAt(architecture, { family, depth, shortcut, inputShape, classes, settings, ...(widths && { widths }) }),
    dataset: { name: dataset, checksum: '' },
    recipe: recipeForDepth(recipe, depth, wanted.set ?? {}),
  }
}

describe('a run of the paper', () => {
  it.each([
    ...[20, 32, 44, 56, 110].flatMap((depth) => [run('cifar', { depth }), run('cifar', { depth, family: 'residual' })]),
    run('cifar', { depth: 1202, family: 'residual' }),
    ...[18, 34].map((depth) => run('imagenet', { depth })),
    ...(['A', 'B', 'C'] as const).map((shortcut) => run('imagenet', { depth: 34, family: 'residual', shortcut })),
    ...[50, 101, 152].map((depth) => run('imagenet', { depth, family: 'residual', shortcut: 'B' })),
  ])('a run of the paper differs from it in nothing', (settings) => {
    expect(unlikeThePaper([settings])).toBeNull()
  })
})

describe('a run says in what it differs from the paper', () => {
  it.each([
    ['its data', run('cifar', { dataset: 'shapes-10' }), 'data shapes-10 (10 classes) instead of CIFAR-10 (10 classes)'],
    ['its depth', run('cifar', { depth: 14 }), 'plain nets of 14 instead of 20, 32, 44, 56 or 110 layers'],
    ['its family', run('cifar', { family: 'highway' }), 'family highway instead of plain or residual'],
    ['its shortcut option', run('cifar', { family: 'residual', shortcut: 'B' }), 'shortcut option B instead of A'],
    [
      'the shortcut option of an ImageNet net',
      run('imagenet', { family: 'residual', depth: 50, shortcut: 'C' }),
      'shortcut option C instead of B',
    ],
    ['its widths', run('cifar', { widths: [32, 64, 128] }), 'widths 32-64-128 instead of 16-32-64'],
    ['a network without BN', run('cifar', { settings: { normalization: 'none' } }), 'BN none instead of batch'],
    ['its initial weights', run('cifar', { settings: { initialization: 'glorot' } }), 'initialisation glorot instead of he-fan-out'],
    ['its order of activation', run('cifar', { settings: { activationOrder: 'pre' } }), 'activation order pre instead of post'],
    [
      'other blocks at a depth of the paper',
      run('imagenet', { depth: 34, settings: { blocks: [4, 4, 4, 4] } }),
      'blocks 4-4-4-4 instead of 3-4-6-3',
    ],
    ['its stem', run('imagenet', { settings: { stem: '3x3' } }), 'stem 3x3 instead of 7x7'],
    ['a layout of others', run('vgg'), 'layout VGG nets instead of the paper’s CIFAR or ImageNet nets'],
    ['a shorter training', run('cifar', { recipe: 'cifar10-30' }), 'epochs 30 instead of 64000 iterations'],
    ['a warm-up of a shallow net', run('cifar', { set: { warmupLearningRate: 0.01 } }), 'warm-up rate 0.01 instead of none'],
    ['a warm-up of an ImageNet net', run('imagenet', { set: { warmupLearningRate: 0.01 } }), 'warm-up rate 0.01 instead of none'],
    [
      'a missing warm-up of 110 layers',
      run('cifar', { depth: 110, set: { warmupLearningRate: null } }),
      'warm-up rate none instead of 0.01',
    ],
    [
      'the error at which a warm-up ends',
      run('cifar', { depth: 110, set: { warmupUntilError: 0.5 } }),
      'warm-up until error 0.5 instead of 0.8',
    ],
  ])('a run says that it differs from the paper in %s', (_, settings, words) => {
    expect(unlikeThePaper([settings])).toBe(words)
  })

  it('a run names no error at which a warm-up ends where it has none, and nothing of how it is logged', () => {
    expect(unlikeThePaper([run('cifar', { set: { warmupUntilError: 0.5, stepLogInterval: 1 } })])).toBeNull()
  })

  it('an ImageNet net without scaled crops is held against section 3.4 all the same', () => {
    const words = unlikeThePaper([run('imagenet', { set: { scaleJitter: [] } })])
    expect(words).toBe('scale jitter none instead of 256, 480')
  })

  it('a run on Imagenette tells data, the size of images and every setting of its recipe once', () => {
    const settings = run('imagenet', { dataset: 'imagenette-160', recipe: 'imagenette-20' })
    const words = unlikeThePaper([{ ...settings, network: { ...settings.network, inputShape: [64, 64, 3] } }])
    expect(words).toContain(
      'data imagenette-160 (10 classes) instead of ImageNet (1,000 classes); images of 64×64 instead of 224×224 pixels',
    )
    expect(words).toContain('batch size 64 instead of 256')
    expect(words).not.toContain('image size')
    expect(words).not.toContain('factor of a drop')
  })

  it('runs that start from weights say so', () => {
    const settings = { ...run('cifar'), initialWeights: { name: 'plain-20, seed 1 (run 3)', sha256: 'a'.repeat(64) } }
    expect(unlikeThePaper([settings])).toBe('starts from weights of plain-20, seed 1 (run 3) instead of drawn ones')
  })
})

it('The runs of a sweep tell once what is of all of them, and of how many what is not', () => {
  const runs = [8, 14].flatMap((depth) => [run('cifar', { depth }), run('cifar', { depth, family: 'residual', shortcut: 'B' })])
  expect(deviationsFromPaper(runs)).toEqual([
    { what: 'depths', words: 'plain nets of 8, 14 instead of 20, 32, 44, 56 or 110 layers' },
    { what: 'depths', words: 'residual nets of 8, 14 instead of 20, 32, 44, 56, 110 or 1202 layers' },
    { what: 'shortcut option', words: 'shortcut option B instead of A (2 of 4 runs)' },
  ])
})
