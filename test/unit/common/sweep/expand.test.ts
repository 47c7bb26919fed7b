import { depthOf } from '../../../../src/common/network/design.ts'
import { describe, expect, it } from 'vitest'
import { expandSweep, type SweepDataset } from '../../../../src/common/sweep/expand.ts'
import { canonicalSettings } from '../../../../src/common/training/run-settings.ts'
import { sweepSchema, type SweepInput } from '../../../../src/common/sweep/sweep.ts'

const dataset: SweepDataset = {
  name: 'shapes-10',
  checksum: 'c'.repeat(64),
  classes: Array.from({ length: 10 }, (_, index) => `class ${index}`),
  image: { size: 'fixed', height: 32, width: 32, channels: 3 },
  splits: { train: { count: 5000 } },
}
const expand = (changes: Partial<SweepInput> = {}) =>
  expandSweep(
    sweepSchema.parse({ name: 'test', dataset: 'shapes-10', recipe: 'demo', families: ['plain', 'residual'], n: [3, 1], ...changes }),
    dataset,
  )

describe('a sweep', () => {
  it('a sweep that starts from weights gives them to every run, and other hashes by the weights alone', () => {
    const sweep = sweepSchema.parse({ ...{ name: 'test', dataset: 'shapes-10', recipe: 'demo', families: ['plain'], n: [1] }, seeds: 2 })
    const [drawn] = expandSweep(sweep, dataset)
    const sha256 = 'a'.repeat(64)
    const runs = expandSweep(sweep, dataset, { name: 'run 1', sha256 })
    expect(runs.map(({ initialWeights }) => initialWeights)).toEqual([
      { name: 'run 1', sha256 },
      { name: 'run 1', sha256 },
    ])
    const texts = [drawn!, runs[0]!, { ...runs[0]!, initialWeights: { name: 'renamed', sha256 } }].map(canonicalSettings)
    expect(texts[0]).not.toContain('initialWeights')
    expect(texts[1]).toContain(`"initialWeights":"${sha256}"`)
    expect(texts[2]).toBe(texts[1])
  })

  it('a sweep of several learning rates trains every network at each, and no question compares them', () => {
    const runs = expand({ n: [1], learningRates: [0.01, 0.1], seeds: 2 })
    expect(runs).toHaveLength(8)
    expect(runs.slice(0, 4).map(({ network, recipe }) => `${network.family} ${recipe.learningRate}`)).toEqual([
      'plain 0.01',
      'plain 0.1',
      'residual 0.01',
      'residual 0.1',
    ])
    expect(expand({ n: [1], learningRates: [0.1] }).map(canonicalSettings)).toEqual(
      expand({ n: [1], set: { learningRate: 0.1 } }).map(canonicalSettings),
    )
    expect(() => expand({ learningRates: [0.1], set: { learningRate: 0.2 } })).toThrow('expected no learningRate in set beside them')
    const question = { of: { family: 'residual', depth: 20 }, against: { family: 'plain', depth: 20 }, direction: 'lower' } as const
    expect(() => expand({ learningRates: [0.1, 0.2], seeds: 2, question })).toThrow('several experiments')
  })

  it('a sweep becomes one run for each point of the grid, shallow before deep, families side by side, seed by seed', () => {
    const runs = expand({ seeds: 2 }).map(({ network, seed }) => `${network.family}-${depthOf(network)}-${seed}`)
    expect(runs).toEqual([
      'plain-8-1',
      'residual-8-1',
      'plain-20-1',
      'residual-20-1',
      'plain-8-2',
      'residual-8-2',
      'plain-20-2',
      'residual-20-2',
    ])
  })

  it('a sweep trains a plain net once, whatever shortcut options are listed for the residual ones', () => {
    const runs = expand({ n: [1], shortcuts: ['A', 'B', 'C'] }).map(({ network }) => `${network.family} ${network.shortcut}`)
    expect(runs).toEqual(['plain A', 'residual A', 'residual B', 'residual C'])
  })

  it('a sweep holds a depth or a seed that is listed twice only once', () => {
    expect(expand({ n: [2, 2], seeds: [5, 5], families: ['residual'] })).toHaveLength(1)
  })

  it('a sweep takes input size and classes from the data set and settings from the recipe with its overrides', () => {
    const [run] = expand({ set: { learningRate: 0.03, epochs: 4 } })
    expect(run).toMatchObject({
      network: { inputShape: [32, 32, 3], classes: 10 },
      dataset: { name: 'shapes-10', checksum: dataset.checksum },
      recipe: { name: 'demo', learningRate: 0.03, epochs: 4 },
    })
  })

  it('a sweep holds nothing out where the data set has a validation split of its own, and says so when told to', () => {
    const own = { ...dataset, splits: { ...dataset.splits, validation: { count: 700 } } }
    const over = (set: SweepInput['set']) =>
      expandSweep(sweepSchema.parse({ name: 'test', dataset: 'shapes-10', recipe: 'paper-cifar10', families: ['plain'], n: [1], set }), own)
    expect(over({})[0]?.recipe.validationSize).toBe(0)
    expect(over({ validationSize: 0 })[0]?.recipe.validationSize).toBe(0)
    expect(() => over({ validationSize: 500 })).toThrow(
      'shapes-10 has a validation split of its own (700 images), so none are held out of its training images; got validationSize 500.',
    )
  })

  it('a sweep of the paper’s recipe warms nets of 110 layers and more up at 0.01, unless told otherwise', () => {
    const warmUps = (changes: Partial<SweepInput>) =>
      expand({
        recipe: 'paper-cifar10',
        families: ['residual'],
        n: [17, 18],
        ...changes,
        set: { validationSize: 100, ...changes.set },
      }).map(({ recipe }) => recipe.warmupLearningRate)
    expect(warmUps({})).toEqual([null, 0.01])
    expect(warmUps({ set: { warmupLearningRate: null } })).toEqual([null, null])
    expect(warmUps({ set: { warmupLearningRate: 0.02 } })).toEqual([0.02, 0.02])
    expect(warmUps({ set: { learningRate: 0.005 } }), 'lower already').toEqual([null, null])
    expect(warmUps({ recipe: 'cifar10-30' })).toEqual([null, null])
  })

  it('a sweep refuses narrowing widths for option A, naming the way out', () => {
    expect(() => expand({ widths: [[64, 32, 16]] })).toThrow(/Choose B or C/)
  })

  it('a sweep refuses a validation set that leaves nothing to train on', () => {
    expect(() => expand({ set: { validationSize: 5000 } })).toThrow(/holds out 5000 training images.*has 5000/)
  })

  it('a sweep refuses a batch larger than the training images', () => {
    expect(() => expand({ set: { validationSize: 4900, batchSize: 128 } })).toThrow(/batch of 128 images is more than the 100/)
  })

  it('a sweep refuses a grid that can only be a slip of the hand', () => {
    expect(() => expand({ seeds: 1000, n: Array.from({ length: 30 }, (_, index) => index + 1) })).toThrow(/grid of 60000 runs/)
  })
})
