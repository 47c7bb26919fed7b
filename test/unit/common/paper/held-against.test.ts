import { describe, expect, it } from 'vitest'
import { designAt, networkDesignSchema, resolveDesign } from '../../../../src/common/network/design.ts'
import { type ComparedTest, heldAgainst, publishedOf } from '../../../../src/common/paper/held-against.ts'
import { publishedResults } from '../../../../src/common/paper/published.ts'
import { comparisonRows, firstPublished, publishedCells, publishedOfTest } from '../../../../src/common/paper/published-words.ts'
import type { TestProtocol } from '../../../../src/common/results/protocols.ts'
import { resolveRecipe } from '../../../../src/common/training/recipes.ts'
import { sampleRun, type Sample } from '../../../fixtures/sample-runs.ts'

const run = (more: Partial<Sample> = {}) => sampleRun({ family: 'residual', n: 9, train: 0.01, test: 0.07, ...more }).summary
const by = (work: string, runs: Parameters<typeof heldAgainst>[0]) =>
  heldAgainst(runs).find(({ published }) => published.source.work === work)!

describe('runs held against published numbers', () => {
  it('runs held against published numbers are the mean of their seeds, with the difference and its recipe', () => {
    const paper = by('He et al. 2015', [run({ seed: 1, test: 0.07 }), run({ seed: 2, test: 0.08 }), run({ seed: 3, state: 'running' })])
    expect(paper).toMatchObject({ network: 'residual-56 A', published: { name: 'ResNet-56', value: 0.0697, checkpoint: 'last' } })
    expect(paper.own).toMatchObject({ count: 2, mean: expect.closeTo(0.075, 10) as number })
    expect(paper.difference).toBeCloseTo(0.0053, 10)
    expect(paper.differs).toEqual(['recipe: epochs 30 instead of 64000 iterations'])
  })

  it('runs held against published numbers of the best epoch are so with their own best epoch', () => {
    const one = run()
    const better = { ...one, bestEpoch: { epoch: 20, results: { ...one.lastEpoch!.results, test: { loss: 1, topOneError: 0.05 } } } }
    expect(by('He et al. 2015', [better]).own!.mean).toBe(0.07)
    const akamaster = by('akamaster', [better])
    expect(akamaster).toMatchObject({ published: { value: 0.0661, checkpoint: 'best' }, own: { mean: 0.05 } })
    expect(akamaster.differs.join()).toContain('epochs 30 instead of 200')
    expect(akamaster.differs.join()).toContain('validation set 5000 instead of 0')
  })

  it('runs held against published numbers differ in nothing where recipe, data and measure are the paper’s', () => {
    const one = run()
    const asPaper = { ...one, settings: { ...one.settings, recipe: resolveRecipe('paper-cifar10') } }
    expect(by('He et al. 2015', [asPaper]).differs).toEqual([])
    expect(firstPublished(heldAgainst([asPaper]))!.text).toBe('6.97')
    expect(firstPublished(heldAgainst([one]))!.text).toBe('6.97 †')
  })

  it('runs held against published numbers name other data, and networks that nobody published have none', () => {
    expect(by('He et al. 2015', [run({ dataset: 'shapes-10' })]).differs).toContain(
      'data: shapes-10 (10 classes) instead of CIFAR-10 (10 classes)',
    )
    expect(heldAgainst([run({ n: 1 })])).toEqual([])
    expect(heldAgainst([run({ shortcut: 'B' })])).toEqual([])
    expect(firstPublished([])).toBeNull()
  })

  it('an ImageNet net is held against 10-crop and multi-scale numbers of its own shortcut option', () => {
    const design = resolveDesign({ architecture: 'imagenet', family: 'residual', shortcut: 'B', blockKind: 'basic', blocks: [3, 4, 6, 3] })
    const found = publishedOf(networkDesignSchema.parse(design))
    expect(found.map(({ source, metric, value, protocol }) => [source.location, metric, value, protocol])).toEqual([
      ['Table 3', 'topOneError', 0.2452, '10-crop'],
      ['Table 3', 'topFiveError', 0.0746, '10-crop'],
      ['Table 4', 'topOneError', 0.2184, 'multi-scale'],
      ['Table 4', 'topFiveError', 0.0571, 'multi-scale'],
    ])
  })

  it('an ImageNet net that was tested by the paper’s protocol is held against the paper with that test', () => {
    const one = run()
    const network = designAt('imagenet', { family: 'residual', depth: 34, shortcut: 'B', inputShape: [224, 224, 3], classes: 1000 })
    const recipe = resolveRecipe('paper-imagenet')
    const tested = { ...one, settings: { ...one.settings, network, recipe, dataset: { name: 'imagenet', checksum: 'c' } } }
    const test = (id: number, protocol: TestProtocol, topOneError: number, more: Partial<ComparedTest> = {}): ComparedTest => ({
      ...({ id, runIds: [one.id], checkpoint: 'last', split: 'test', batchStatistics: 'moving', protocol, state: 'finished' } as const),
      results: { loss: 1, topOneError, topFiveError: topOneError / 3 },
      ...more,
    })
    const tests = [
      test(1, '10-crop', 0.3),
      test(2, '10-crop', 0.25),
      test(3, '10-crop', 0.2, { batchStatistics: 'training-set' }),
      test(4, '10-crop', 0.1, { runIds: [one.id, 99] }),
    ]
    const [tenCrop, , multiScale] = heldAgainst([tested], tests)
    expect(tenCrop).toMatchObject({ published: { value: 0.2452 }, own: { mean: 0.25 }, differs: [] })
    expect(multiScale).toMatchObject({ own: { mean: 0.07 }, differs: ['measure: tested in a single view instead of multi-scale'] })
    expect(publishedOfTest(heldAgainst([tested], tests), tests[1]!)).toEqual({ text: '24.52', differs: [] })
    expect(publishedOfTest(heldAgainst([tested], tests), tests[2]!)).toBeNull()
    expect(publishedOfTest(heldAgainst([tested], tests), test(5, 'multi-scale', 0.2))?.text).toBe('21.84 †')
  })

  it('several seeds are held against the mean of the paper’s five runs, a single one against the best, with a word about it', () => {
    const seeds = [1, 2].map((seed) => run({ n: 18, seed, test: 0.07 }))
    const several = by('He et al. 2015', seeds)
    expect(several.reference).toBe(0.0661)
    expect(several.difference).toBeCloseTo(0.0039, 10)
    expect(several.differs.join()).not.toContain('best of')
    const alone = by('He et al. 2015', seeds.slice(0, 1))
    expect(alone.difference).toBeCloseTo(0.0057, 10)
    expect(alone.differs).toContain('measure: one run instead of the best of 5 runs')
  })

  it('a net of which only a bound is published has no difference from it', () => {
    expect(by('He et al. 2015', [run({ family: 'plain', n: 18 })])).toMatchObject({
      published: { above: true, value: 0.6 },
      difference: null,
    })
  })

  it('letters stand for what differs, each told once', () => {
    const { rows, notes } = comparisonRows([...heldAgainst([run()]), ...heldAgainst([run({ family: 'plain' })])])
    expect(new Set(rows.map((row) => row[5])).size).toBe(notes.length)
    expect(notes[0]).toMatch(/^a: recipe: /)
    for (const row of rows) expect(row).toHaveLength(8)
  })
})

describe('the list of published numbers', () => {
  it('the list of published numbers has every error as a fraction, with work and location', () => {
    expect(publishedResults.length).toBeGreaterThan(60)
    for (const { value, above, source, name } of publishedResults) {
      expect(value, name).toBeGreaterThan(0.005)
      if (!above) expect(value, name).toBeLessThan(0.3)
      expect(source.location, name).not.toBe('')
    }
  })

  it.each([
    ['ResNet-110', 'Table 6', '6.43 (6.61 ± 0.16 over 5)', 'last epoch, single view, best of 5 runs'],
    ['ResNet (ILSVRC’15)', 'Table 5', '3.57', 'ensemble of 6'],
    ['PlainNet-56', 'Fig. 6', '≈ 13.5', 'last epoch, single view'],
    ['PlainNet-110', 'caption', '> 60', 'last epoch, single view'],
    ['PlainNet-56', 'README', '12.76', 'best epoch, single view'],
  ])('the list of published numbers says of %s in %s: %s, %s', (name, location, value, how) => {
    const found = publishedResults.filter((result) => result.name === name && result.source.location.startsWith(location))
    expect(found).toHaveLength(1)
    const cells = publishedCells(found[0]!)
    expect([cells[6], cells[7]]).toEqual([value, how])
  })
})
