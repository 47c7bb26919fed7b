import { describe, expect, it } from 'vitest'
import { daggerWords, overlaidNumbers, publishedLevels } from '../../../../src/common/paper/overlay.ts'
import { resolveRecipe } from '../../../../src/common/training/recipes.ts'
import { type Sample, sampleRun } from '../../../fixtures/sample-runs.ts'

const run = (more: Partial<Sample> = {}) => sampleRun({ family: 'residual', n: 9, train: 0.01, test: 0.07, ...more }).summary
const labels = (runs: Parameters<typeof overlaidNumbers>[0]) => publishedLevels(overlaidNumbers(runs)).map(({ label }) => label)

describe('published numbers drawn beside own runs', () => {
  it('published numbers drawn beside own runs have a dagger where recipe or measure differ, and the key says in what', () => {
    const runs = [run(), run({ family: 'plain', n: 3 }), run({ family: 'plain', n: 5 })]
    expect(labels(runs)).toEqual(['20: ≈ 9.5 †, paper', '32: ≈ 10.0 †, paper', '56: 6.97 †, paper'])
    expect(daggerWords(overlaidNumbers(runs))).toBe('† recipe: epochs 30 instead of 64000 iterations')
  })

  it('published numbers drawn beside own runs of the same recipe have none', () => {
    const one = run()
    const asPaper = { ...one, settings: { ...one.settings, recipe: resolveRecipe('paper-cifar10') } }
    expect(labels([asPaper])).toEqual(['56: 6.97, paper'])
    expect(daggerWords(overlaidNumbers([asPaper]))).toBeNull()
  })

  it('published numbers are not drawn beside runs of other data, of other networks or of a single bound', () => {
    expect(labels([run({ dataset: 'shapes-10' })])).toEqual([])
    expect(labels([run({ shortcut: 'B' }), run({ n: 1 })])).toEqual([])
    expect(labels([run({ family: 'plain', n: 18 })])).toEqual([])
  })

  it('published numbers that are the best of five runs are the mean of these beside several own seeds, else flagged', () => {
    const seeds = [1, 2].map((seed) => run({ n: 18, seed }))
    expect(overlaidNumbers(seeds)[0]!.reference).toBe(0.0661)
    expect(labels(seeds)).toEqual(['110: 6.61 †, paper'])
    expect(overlaidNumbers(seeds.slice(0, 1))[0]!.differs).toContain('measure: one run instead of the best of 5 runs')
  })
})
