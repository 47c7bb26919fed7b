import { depthOf, widthsOf } from '../../../src/common/network/design.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { expandSweep } from '../../../src/common/sweep/expand.ts'
import { sweepSchema } from '../../../src/common/sweep/sweep.ts'
import { registerArchitecture } from '../../../src/common/network/architectures/architectures.ts'
import { toy } from '../../fixtures/toy-architecture.ts'
import { builtInRecipes } from '../../../src/common/training/recipes.ts'
import {
  automaticName,
  cellKey,
  type Draft,
  draftFrom,
  toSweep,
  usualWidthsOf,
  variantsOf,
} from '../../../src/renderer/src/features/sweeps/draft.ts'
import { withArchitecture, withSetting } from '../../../src/renderer/src/features/sweeps/draft-networks.ts'
import { keepDraft, keptDraft } from '../../../src/renderer/src/features/sweeps/kept-draft.ts'
import { matrixRows } from '../../../src/renderer/src/features/sweeps/matrix-cells.ts'
import { builtInTemplates } from '../../../src/common/sweep/templates.ts'
import { draftOf } from '../../../src/renderer/src/features/sweeps/template-draft.ts'

const paperWidths = usualWidthsOf('cifar')
const draft: Draft = {
  name: '',
  architecture: 'cifar',
  dataset: 'cifar10',
  recipe: 'cifar10-10',
  set: {},
  families: ['plain', 'residual'],
  depths: [20, 56],
  shortcuts: ['A', 'B'],
  widths: [paperWidths],
  seeds: 2,
  priority: 0,
  struck: [],
}
const dataset = {
  name: 'cifar10',
  checksum: 'c'.repeat(64),
  classes: Array.from({ length: 10 }, String),
  image: { size: 'fixed' as const, height: 32, width: 32, channels: 3 },
  splits: { train: { count: 50_000 } },
}

function names(of: Draft): string[] {
  return expandSweep(sweepSchema.parse(toSweep(of)), dataset).map(
    ({ network, seed }) => `${network.family} ${network.shortcut} ${depthOf(network)} ${seed}`,
  )
}

it('plain nets make one row however many shortcut options there are', () => {
  expect(variantsOf(draft).map((variant) => variant.label)).toEqual(['plain', 'residual A', 'residual B'])
  expect(names(draft)).toHaveLength(12)
})

it('a struck cell takes all its seeds out and leaves the others', () => {
  const struck = names({
    ...draft,
    struck: [
      cellKey({ family: 'residual', shortcut: 'B', widths: paperWidths }, 56),
      cellKey({ family: 'plain', shortcut: 'A', widths: paperWidths }, 20),
    ],
  })
  expect(struck).toHaveLength(8)
  expect(struck.filter((name) => name.startsWith('residual B 56') || name.startsWith('plain A 20'))).toEqual([])
  expect(struck).toContain('residual A 56 2')
})

it('a struck cell of a depth that was taken away strikes nothing', () => {
  expect(toSweep({ ...draft, struck: [cellKey({ family: 'plain', shortcut: 'A', widths: paperWidths }, 110)] }).exclude).toEqual([])
})

it('an unnamed sweep is named after what it holds', () => {
  expect(automaticName(draft)).toBe('Plain, residual A, residual B × 20, 56 on cifar10')
  expect(automaticName({ ...draft, depths: [20, 32, 44, 56] })).toContain('20 to 56')
})

it('every template is a valid sweep of a known recipe', () => {
  for (const template of builtInTemplates) {
    const made = draftOf(template)
    expect(builtInRecipes.has(made.recipe), template.title).toBe(true)
    expect(names({ ...made, dataset: 'cifar10' }).length, template.title).toBeGreaterThanOrEqual(made.depths.length)
  }
})

it('a sweep from a file becomes a draft that makes the very same runs', () => {
  const sweep = sweepSchema.parse({
    name: 'night',
    dataset: 'cifar10',
    recipe: 'cifar10-10',
    set: { epochs: 3 },
    families: ['residual', 'plain'],
    n: [9, 3],
    shortcuts: ['B', 'A'],
    widths: [
      [16, 32, 64],
      [32, 64, 128],
    ],
    seeds: [4, 7],
    priority: 5,
    exclude: [
      { family: 'plain', n: 9 },
      { family: 'residual', n: 3, shortcut: 'B', widths: [32, 64, 128] },
    ],
  })
  const made = draftFrom(sweep)
  expect(made).toMatchObject({ families: ['plain', 'residual'], depths: [20, 56], seeds: [4, 7], priority: 5 })
  const runs = (of: typeof sweep): string[] =>
    expandSweep(of, dataset)
      .map(({ network, seed }) => `${network.family} ${network.shortcut} ${depthOf(network)} ${widthsOf(network).join()} ${seed}`)
      .sort()
  expect(runs(sweepSchema.parse(toSweep(made)))).toEqual(runs(sweep))
  expect(runs(sweep)).toHaveLength(2 * (2 + 8 - 1))
})

it('a sweep with a depth that its architecture has not stays as it was written', () => {
  const sweep = sweepSchema.parse({ name: 'odd', dataset: 'cifar10', recipe: 'cifar10-10', families: ['plain'], depths: [21, 20] })
  expect(draftFrom(sweep).depths).toEqual([20, 21])
})

describe('a design of another architecture', () => {
  beforeAll(() => registerArchitecture(toy))

  it('a design of another architecture keeps the depths that both have and takes its own widths', () => {
    const struck = [cellKey({ family: 'plain', shortcut: 'A', widths: paperWidths }, 20)]
    expect(withArchitecture({ ...draft, depths: [8, 26], struck }, 'toy')).toMatchObject({
      architecture: 'toy',
      depths: [26],
      widths: [[4, 6, 8, 10]],
      struck: [],
    })
    expect(withArchitecture({ ...draft, depths: [8] }, 'toy').depths, 'none of both: its two shallowest').toEqual([14, 26])
    expect(withArchitecture({ ...draft, architecture: 'toy', depths: [15] }, 'cifar')).toMatchObject({
      depths: [20, 32],
      widths: [paperWidths],
    })
  })

  it('a design of another architecture is a sweep of it, with its struck cells and a matrix by its depths', () => {
    const ofToy = withArchitecture({ ...draft, depths: [] }, 'toy')
    const struck = [cellKey({ family: 'residual', shortcut: 'A', widths: [4, 6, 8, 10] }, 26)]
    const sweep = sweepSchema.parse(toSweep({ ...ofToy, struck }))
    expect(sweep).toMatchObject({
      architecture: 'toy',
      depths: [14, 26],
      widths: [[4, 6, 8, 10]],
      exclude: [{ family: 'residual', depth: 26, shortcut: 'A' }],
    })
    expect(draftFrom(sweep)).toMatchObject({ architecture: 'toy', depths: [14, 26], struck })
    expect(automaticName(ofToy), 'its usual widths go without saying').toBe('Toy plain, residual A, residual B × 14, 26 on cifar10')
    const [plain] = matrixRows({ ...ofToy, struck }, [], false)
    expect(plain?.cells.map(({ depth }) => depth)).toEqual([14, 26])
  })
})

describe('settings of the networks of a design', () => {
  const imagenet = withArchitecture({ ...draft, depths: [18, 34] }, 'imagenet')

  it('settings of the networks make the runs that the sweep file with them makes, and are kept with the draft', () => {
    const bottlenecks = withSetting(withSetting({ ...imagenet, depths: [50] }, 'bottleneckStride', '3x3'), 'stem', '3x3')
    const sweep = sweepSchema.parse(toSweep(bottlenecks))
    expect(sweep.network).toEqual({ bottleneckStride: '3x3', stem: '3x3' })
    expect(draftFrom(sweep).network).toEqual(sweep.network)
    expect(automaticName(bottlenecks)).toBe('Imagenet stride-3x3 stem-3x3 plain, residual A, residual B × 50 on cifar10')
    const kept: Record<string, string> = {}
    keepDraft({ setItem: (key, value) => (kept[key] = value) }, bottlenecks)
    expect(keptDraft({ getItem: (key) => kept[key] ?? null })?.network).toEqual(sweep.network)
  })

  it('a setting that leaves none of the depths takes those that there are with it, and the default leaves nothing behind', () => {
    const ownBlocks = withSetting(imagenet, 'blocks', [1, 1, 1, 1])
    expect(ownBlocks.depths).toEqual([10, 14])
    expect(withSetting(draft, 'blockKind', 'bottleneck').depths).toEqual([20, 56])
    expect(withSetting({ ...draft, depths: [32] }, 'blockKind', 'bottleneck').depths).toEqual([29, 47])
    expect(withSetting(withSetting(draft, 'normalization', 'none'), 'normalization', 'batch')).not.toHaveProperty('network')
    expect(withSetting(ownBlocks, 'blocks', undefined)).not.toHaveProperty('network')
  })

  it('a value that is refused stays to be mended and changes no depths', () => {
    const refused = withSetting(imagenet, 'blocks', [1, 1])
    expect(refused).toMatchObject({ network: { blocks: [1, 1] }, depths: [18, 34] })
  })

  it('another architecture keeps the settings that it has too', () => {
    const set = withSetting(withSetting(imagenet, 'stem', '3x3'), 'normalization', 'none')
    expect(withArchitecture(set, 'cifar').network).toEqual({ normalization: 'none' })
    expect(withArchitecture(withSetting(imagenet, 'stem', '3x3'), 'vgg')).not.toHaveProperty('network')
  })
})

describe('the design that the page keeps', () => {
  const storage = (items: Record<string, unknown>) => ({ getItem: (key: string) => (key in items ? JSON.stringify(items[key]) : null) })

  it('the design that the page keeps comes back as it was, templates to the letter', () => {
    for (const template of builtInTemplates) {
      const kept: Record<string, string> = {}
      keepDraft({ setItem: (key, value) => (kept[key] = value) }, draftOf(template))
      const back = keptDraft({ getItem: (key) => kept[key] ?? null })
      expect(JSON.stringify(back), template.title).toBe(JSON.stringify(draftOf(template)))
    }
  })

  it('the design that the page keeps of 0.2, with n and cells struck by n, is read as before', () => {
    const of02 = {
      name: 'mine',
      dataset: 'cifar10',
      recipe: 'cifar10-10',
      set: { epochs: 3 },
      families: ['plain', 'residual'],
      n: [3, 9],
      shortcuts: ['A', 'B'],
      widths: [[16, 32, 64]],
      seeds: [4, 7],
      priority: 5,
      struck: ['residual B 16-32-64 9', 'plain A 16-32-64 3'],
    }
    const made = keptDraft(storage({ 'skiplab-draft-2': of02 }))!
    expect(made).toMatchObject({ name: 'mine', architecture: 'cifar', depths: [20, 56], set: { epochs: 3 }, seeds: [4, 7], priority: 5 })
    expect(toSweep(made).exclude).toEqual([
      { family: 'plain', depth: 20 },
      { family: 'residual', depth: 56, shortcut: 'B' },
    ])
    expect(made).not.toHaveProperty('n')
  })

  it('the design that the page keeps is nothing where it cannot be read or names an architecture that is not there', () => {
    expect(keptDraft(storage({}))).toBeNull()
    expect(keptDraft({ getItem: () => '{' })).toBeNull()
    expect(keptDraft(storage({ 'skiplab-draft-3': { ...draft, architecture: 'gone' } }))).toBeNull()
    expect(keptDraft(storage({ 'skiplab-draft-2': { n: ['3'] } }))).toBeNull()
  })
})
