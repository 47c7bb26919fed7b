import { describe, expect, it } from 'vitest'
import { expandSweep } from '../../../../src/common/sweep/expand.ts'
import { moreSeeds } from '../../../../src/common/analysis/more-seeds.ts'
import { sweepSchema } from '../../../../src/common/sweep/sweep.ts'
import { resolveRecipe } from '../../../../src/common/training/recipes.ts'
import { canonicalSettings } from '../../../../src/common/training/run-settings.ts'
import { sampleRun, type Sample } from '../../../fixtures/sample-runs.ts'

const dataset = {
  name: 'cifar10',
  checksum: 'c'.repeat(64),
  classes: Array.from({ length: 10 }, (_, index) => `class ${index}`),
  image: { size: 'fixed' as const, height: 32, width: 32, channels: 3 },
  splits: { train: { count: 50_000 } },
}
const run = (family: 'plain' | 'residual', n: number, more: Partial<Sample> = {}) =>
  sampleRun({ family, n, train: 0.1, test: 0.2, ...more }).summary

describe('more seeds for the networks of an experiment', () => {
  it('more seeds for the networks of an experiment hold the very runs that have finished, and the same networks with other seeds', () => {
    const runs = [run('plain', 3), run('plain', 9), run('residual', 3), run('residual', 9, { shortcut: 'B' })]
    const { sweep, newRuns } = moreSeeds(runs, 3)
    expect(sweepSchema.parse(sweep)).toEqual(sweep)
    const planned = expandSweep(sweep, dataset).map(canonicalSettings)
    expect(planned).toHaveLength(12)
    for (const { settings } of runs) expect(planned).toContain(canonicalSettings(settings))
    expect(newRuns).toBe(8)
    expect(sweep).toMatchObject({ name: 'sample, 3 seeds', seeds: [1, 2, 3] })
  })

  it('more seeds keep those that most networks have, and count what finished or diverged as done', () => {
    const runs = [
      run('plain', 3, { seed: 7 }),
      run('plain', 9, { seed: 7 }),
      run('plain', 9, { seed: 4 }),
      run('residual', 9, { seed: 7, state: 'diverged' }),
    ]
    const { sweep, newRuns } = moreSeeds(runs, 3)
    expect(sweep.seeds).toEqual([1, 4, 7])
    expect(newRuns).toBe(5)
    const cut = moreSeeds([...runs, run('residual', 9, { seed: 4, state: 'cancelled' })], 3)
    expect(cut.newRuns, 'a cancelled run has no result').toBe(5)
  })

  it.each([null, 0.01])(
    'more seeds are trained with the same recipe in shallow nets and in those that warm up (warm-up %s)',
    (warmupLearningRate) => {
      const recipe = resolveRecipe('paper-cifar10', { warmupLearningRate })
      const runs = [run('plain', 3), run('plain', 18)].map((one) => ({ ...one, settings: { ...one.settings, recipe } }))
      const planned = expandSweep(moreSeeds(runs, 2).sweep, dataset).map(canonicalSettings)
      for (const { settings } of runs) expect(planned).toContain(canonicalSettings(settings))
    },
  )
})
