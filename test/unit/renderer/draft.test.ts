import { expect, it } from 'vitest'
import { expandSweep } from '../../../src/common/sweep/expand.ts'
import { sweepSchema } from '../../../src/common/sweep/sweep.ts'
import { builtInRecipes } from '../../../src/common/training/recipes.ts'
import { automaticName, cellKey, type Draft, paperWidths, toSweep, variantsOf } from '../../../src/renderer/src/features/sweeps/draft.ts'
import { draftOf, templates } from '../../../src/renderer/src/features/sweeps/templates.ts'

const draft: Draft = { name: '', dataset: 'cifar10', recipe: 'cifar10-10', set: {}, families: ['plain', 'residual'], n: [3, 9], shortcuts: ['A', 'B'], widths: paperWidths, seeds: 2, struck: [] }
const dataset = { name: 'cifar10', checksum: 'c'.repeat(64), classes: Array.from({ length: 10 }, String), height: 32, width: 32, channels: 3, splits: { train: { count: 50_000 } } }

function names(of: Draft): string[] {
  return expandSweep(sweepSchema.parse(toSweep(of)), dataset).map(({ network, seed }) => `${network.family} ${network.shortcut} ${network.n} ${seed}`)
}

it('plain nets make one row however many shortcut options there are', () => {
  expect(variantsOf(draft).map((variant) => variant.label)).toEqual(['plain', 'residual A', 'residual B'])
  expect(names(draft)).toHaveLength(12)
})

it('a struck cell takes all its seeds out and leaves the others', () => {
  const struck = names({ ...draft, struck: [cellKey({ family: 'residual', shortcut: 'B' }, 9), cellKey({ family: 'plain', shortcut: 'A' }, 3)] })
  expect(struck).toHaveLength(8)
  expect(struck.filter((name) => name.startsWith('residual B 9') || name.startsWith('plain A 3'))).toEqual([])
  expect(struck).toContain('residual A 9 2')
})

it('a struck cell of a depth that was taken away strikes nothing', () => {
  expect(toSweep({ ...draft, struck: [cellKey({ family: 'plain', shortcut: 'A' }, 18)] }).exclude).toEqual([])
})

it('an unnamed sweep is named after what it holds', () => {
  expect(automaticName(draft)).toBe('Plain, residual A, residual B × 20, 56 on cifar10')
  expect(automaticName({ ...draft, n: [3, 5, 7, 9] })).toContain('20 to 56')
})

it('every template is a valid sweep of a known recipe', () => {
  for (const template of templates) {
    const made = draftOf(template)
    expect(builtInRecipes.has(made.recipe), template.title).toBe(true)
    expect(names({ ...made, dataset: 'cifar10' }).length, template.title).toBeGreaterThan(1)
  }
})
