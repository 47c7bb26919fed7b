import { describe, expect, it } from 'vitest'
import { verdictThresholds } from '../../../../src/common/analysis/comparison.ts'
import { assessDegradation } from '../../../../src/common/analysis/degradation.ts'
import { groupByExperiment } from '../../../../src/common/analysis/experiment.ts'
import { sampleRun, type Sample } from '../../../fixtures/sample-runs.ts'

const verdict = (samples: readonly Sample[]) => assessDegradation(samples.map((sample) => sampleRun(sample).summary))
const plain = (n: number, train: number, more: Partial<Sample> = {}): Sample => ({ family: 'plain', n, train, test: train + 0.05, ...more })
const residual = (n: number, train: number, more: Partial<Sample> = {}): Sample => ({
  family: 'residual',
  n,
  train,
  test: train + 0.05,
  ...more,
})
const seeds = (make: (n: number, train: number, more: Partial<Sample>) => Sample, n: number, errors: readonly number[]) =>
  errors.map((error, index) => make(n, error, { seed: index + 1 }))

describe('does depth hurt the plain net', () => {
  it('the answer on depth says yes when the deeper net’s training error is clearly higher, with the numbers', () => {
    const { depthHurtsPlain, sentences } = verdict([plain(3, 0.05), plain(9, 0.12)])
    expect(depthHurtsPlain.answer).toBe('yes')
    expect(depthHurtsPlain.comparison?.difference).toBeCloseTo(0.07)
    expect(sentences[0]).toContain('from 20 to 56 layers its training error rises from 5.00 % to 12.00 %')
  })

  it('the answer on depth says no when the difference of single seeds is below what one seed can show, and that it is one seed', () => {
    const { depthHurtsPlain, sentences } = verdict([plain(3, 0.05), plain(9, 0.05 + verdictThresholds.oneSeedDifference - 0.001)])
    expect(depthHurtsPlain.answer).toBe('no')
    expect(sentences.join(' ')).toContain('One seed each')
  })

  it('the answer on depth says that depth helps where the deeper net ends lower', () => {
    expect(verdict([plain(1, 0.2), plain(3, 0.05)]).depthHurtsPlain.answer).toBe('reversed')
  })

  it('the answer on depth counts a small difference when several seeds agree on it', () => {
    const { depthHurtsPlain } = verdict([...seeds(plain, 3, [0.05, 0.051, 0.049]), ...seeds(plain, 9, [0.062, 0.063, 0.061])])
    expect(depthHurtsPlain.answer).toBe('yes')
    expect(depthHurtsPlain.comparison?.singleSeed).toBe(false)
  })

  it('the answer on depth does not count a large difference when the seeds are spread wider than it', () => {
    expect(verdict([...seeds(plain, 3, [0.05, 0.06]), ...seeds(plain, 9, [0.05, 0.25])]).depthHurtsPlain.answer).toBe('inconclusive')
  })

  it('the answer on depth calls it mixed when the deepest net is fine but one between is worse', () => {
    const { depthHurtsPlain, sentences } = verdict([plain(3, 0.05), plain(5, 0.12), plain(9, 0.05)])
    expect(depthHurtsPlain.answer).toBe('mixed')
    expect(sentences[0]).toContain('from 20 to 32 layers')
  })

  it('the answer on depth is untested with a single depth', () => {
    expect(verdict([plain(3, 0.05), residual(3, 0.04)]).depthHurtsPlain.answer).toBe('untested')
  })

  it('the answer on depth tells a net that did not train from the paper’s degradation', () => {
    const { depthHurtsPlain, sentences } = verdict([plain(3, 0.05), plain(9, 0.9), plain(18, 0.9, { state: 'diverged' })])
    expect(depthHurtsPlain.answer).toBe('yes')
    expect(depthHurtsPlain.untrained.map((depth) => depth.name)).toEqual(['plain-56', 'plain-110'])
    expect(sentences[0]).toContain('plain-56 did not train (1 of 1 stayed at chance), plain-110 did not train (1 of 1 run diverged)')
    expect(sentences[0]).toContain('In the paper the deeper plain nets do train')
  })

  it('the answer on depth keeps diverged seeds out of the mean and says so', () => {
    const { results, sentences } = verdict([plain(3, 0.05), plain(9, 0.12, { seed: 1 }), plain(9, 0.9, { seed: 2, state: 'diverged' })])
    expect(results.find((result) => result.layers === 56)?.trainError?.mean).toBeCloseTo(0.12)
    expect(sentences.join(' ')).toContain('plain-56: 1 of 2 runs diverged')
  })

  it('the answer on depth does not count unfinished runs, and names them', () => {
    const { depthHurtsPlain, sentences } = verdict([plain(3, 0.05), plain(9, 0.3, { state: 'running' })])
    expect(depthHurtsPlain.answer).toBe('untested')
    expect(sentences.join(' ')).toContain('Not counted because not finished: plain-56 (1)')
  })

  it('the answer on depth does not take a repetition of the same settings for another seed', () => {
    const { results } = verdict([plain(3, 0.05), plain(3, 0.05), plain(9, 0.12)])
    expect(results.find((result) => result.layers === 20)?.finished).toBe(1)
  })
})

describe('does the shortcut cure it', () => {
  it('the answer on shortcuts says yes when the residual net ends lower at the same depth and depth does not raise its error', () => {
    const { shortcuts, sentences } = verdict([plain(3, 0.05), plain(9, 0.12), residual(3, 0.04), residual(9, 0.01)])
    expect(shortcuts.map(({ shortcut, answer }) => [shortcut, answer])).toEqual([['A', 'yes']])
    expect(sentences[1]).toContain('residual-56 A ends at 1.00 % training error, 11.00 points below plain-56')
  })

  it('the answer on shortcuts says in part when depth still raises the residual net’s error', () => {
    expect(verdict([plain(3, 0.05), plain(9, 0.2), residual(3, 0.04), residual(9, 0.1)]).shortcuts[0]?.answer).toBe('partly')
  })

  it('the answer on shortcuts says no when the residual net is not lower', () => {
    expect(verdict([plain(3, 0.05), plain(9, 0.12), residual(3, 0.05), residual(9, 0.12)]).shortcuts[0]?.answer).toBe('no')
  })

  it('the answer on shortcuts says no when only the residual net does not train', () => {
    expect(verdict([plain(3, 0.05), plain(9, 0.12), residual(9, 0.9, { state: 'diverged' })]).shortcuts[0]?.answer).toBe('no')
  })

  it('the answer on shortcuts has nothing to cure where depth does not hurt', () => {
    expect(verdict([plain(3, 0.05), plain(9, 0.05), residual(3, 0.04), residual(9, 0.04)]).shortcuts[0]?.answer).toBe('nothing-to-cure')
  })

  it('the answer on shortcuts counts a residual net that trains where the plain one does not', () => {
    const { shortcuts, sentences } = verdict([plain(3, 0.05), plain(9, 0.9, { state: 'diverged' }), residual(3, 0.04), residual(9, 0.03)])
    expect(shortcuts[0]?.answer).toBe('yes')
    expect(sentences[1]).toContain('a residual net of 56 layers trains where the plain one does not')
  })

  it('the answer on shortcuts answers for each option on its own', () => {
    const { shortcuts } = verdict([
      plain(3, 0.05),
      plain(9, 0.12),
      residual(3, 0.04),
      residual(9, 0.01),
      residual(9, 0.01, { shortcut: 'B' }),
    ])
    expect(shortcuts.map(({ shortcut, answer }) => [shortcut, answer])).toEqual([
      ['A', 'yes'],
      ['B', 'inconclusive'],
    ])
  })

  it('the answer on shortcuts is untested without residual runs, in words', () => {
    expect(verdict([plain(3, 0.05), plain(9, 0.12)]).sentences[1]).toContain('untested')
  })
})

describe('experiments', () => {
  it('experiments keeps runs of other data sets and recipes apart', () => {
    const runs = [plain(3, 0.05), plain(9, 0.12), plain(3, 0.05, { dataset: 'shapes-10' }), plain(3, 0.05, { epochs: 10 })].map(
      (sample) => sampleRun(sample).summary,
    )
    expect(groupByExperiment(runs).map((group) => group.runs.length)).toEqual([2, 1, 1])
  })

  it('experiments names the settings in which experiments of one recipe differ, and only those', () => {
    const { summary } = sampleRun(plain(3, 0.05))
    const slower = { ...summary, id: 0, settings: { ...summary.settings, recipe: { ...summary.settings.recipe, learningRate: 0.01 } } }
    const label = 'cifar10, cifar10-30 (30 epochs), widths 16-32-64'
    expect(groupByExperiment([summary]).map((group) => group.label)).toEqual([label])
    expect(groupByExperiment([summary, slower]).map((group) => group.label)).toEqual([
      `${label}, learning rate 0.1`,
      `${label}, learning rate 0.01`,
    ])
  })

  it('runs in fp32 and in bf16 are two experiments that name the precision; new runs join the last', () => {
    const device = (precision: 'fp32' | 'bf16') => ({ kind: 'cpu', name: 'CPU', threads: 1, precision }) as const
    const [one, two, three, four] = [plain(3, 0.05), plain(9, 0.12), plain(9, 0.2, { seed: 2 }), plain(9, 0.2, { seed: 3 })].map(
      (sample) => sampleRun(sample).summary,
    )
    const runs = [{ ...one!, device: device('fp32') }, { ...two!, device: device('fp32') }, { ...three!, device: device('bf16') }, four!]
    expect(groupByExperiment(runs).map(({ label, runs: own }) => [label.split(', ').at(-1), own.map((run) => run.id)])).toEqual([
      ['fp32', [one!.id, two!.id]],
      ['bf16', [three!.id, four!.id]],
    ])
    expect(groupByExperiment([runs[0]!, four!]).map(({ label, runs: own }) => [label.endsWith('widths 16-32-64'), own.length])).toEqual([
      [true, 2],
    ])
  })
})
