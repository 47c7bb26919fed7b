import { depthOf, widthsOf } from '../../../src/common/network/design.ts'
import { expect, it } from 'vitest'
import { expandSweep } from '../../../src/common/sweep/expand.ts'
import { sweepSchema } from '../../../src/common/sweep/sweep.ts'
import { builtInRecipes } from '../../../src/common/training/recipes.ts'
import { automaticName, cellKey, type Draft, draftFrom, paperWidths, toSweep, variantsOf } from '../../../src/renderer/src/features/sweeps/draft.ts'
import { draftOf, templates } from '../../../src/renderer/src/features/sweeps/templates.ts'

const draft: Draft = { name: '', dataset: 'cifar10', recipe: 'cifar10-10', set: {}, families: ['plain', 'residual'], n: [3, 9], shortcuts: ['A', 'B'], widths: [paperWidths], seeds: 2, priority: 0, struck: [] }
const dataset = { name: 'cifar10', checksum: 'c'.repeat(64), classes: Array.from({ length: 10 }, String), height: 32, width: 32, channels: 3, splits: { train: { count: 50_000 } } }

function names(of: Draft): string[] {
  return expandSweep(sweepSchema.parse(toSweep(of)), dataset).map(({ network, seed }) => `${network.family} ${network.shortcut} ${depthOf(network)} ${seed}`)
}

it('plain nets make one row however many shortcut options there are', () => {
  expect(variantsOf(draft).map((variant) => variant.label)).toEqual(['plain', 'residual A', 'residual B'])
  expect(names(draft)).toHaveLength(12)
})

it('a struck cell takes all its seeds out and leaves the others', () => {
  const struck = names({ ...draft, struck: [cellKey({ family: 'residual', shortcut: 'B', widths: paperWidths }, 9), cellKey({ family: 'plain', shortcut: 'A', widths: paperWidths }, 3)] })
  expect(struck).toHaveLength(8)
  expect(struck.filter((name) => name.startsWith('residual B 56') || name.startsWith('plain A 20'))).toEqual([])
  expect(struck).toContain('residual A 56 2')
})

it('a struck cell of a depth that was taken away strikes nothing', () => {
  expect(toSweep({ ...draft, struck: [cellKey({ family: 'plain', shortcut: 'A', widths: paperWidths }, 18)] }).exclude).toEqual([])
})

it('an unnamed sweep is named after what it holds', () => {
  expect(automaticName(draft)).toBe('Plain, residual A, residual B × 20, 56 on cifar10')
  expect(automaticName({ ...draft, n: [3, 5, 7, 9] })).toContain('20 to 56')
})

it('every template is a valid sweep of a known recipe', () => {
  for (const template of templates) {
    const made = draftOf(template)
    expect(builtInRecipes.has(made.recipe), template.title).toBe(true)
    expect(names({ ...made, dataset: 'cifar10' }).length, template.title).toBeGreaterThanOrEqual(made.n.length)
  }
})

it('a sweep from a file becomes a draft that makes the very same runs', () => {
  const sweep = sweepSchema.parse({
    name: 'night', dataset: 'cifar10', recipe: 'cifar10-10', set: { epochs: 3 }, families: ['residual', 'plain'], n: [9, 3], shortcuts: ['B', 'A'],
    widths: [[16, 32, 64], [32, 64, 128]], seeds: [4, 7], priority: 5,
    exclude: [{ family: 'plain', n: 9 }, { family: 'residual', n: 3, shortcut: 'B', widths: [32, 64, 128] }],
  })
  const made = draftFrom(sweep)
  expect(made).toMatchObject({ families: ['plain', 'residual'], n: [3, 9], seeds: [4, 7], priority: 5 })
  const runs = (of: typeof sweep): string[] => expandSweep(of, dataset).map(({ network, seed }) => `${network.family} ${network.shortcut} ${depthOf(network)} ${widthsOf(network).join()} ${seed}`).sort()
  expect(runs(sweepSchema.parse(toSweep(made)))).toEqual(runs(sweep))
  expect(runs(sweep)).toHaveLength(2 * (2 + 8 - 1))
})
