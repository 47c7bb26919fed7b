import { expect, it } from 'vitest'
import { commonError, reachedByNetwork, reachedError } from '../../../../src/common/analysis/time-to-error.ts'
import { reachedCells } from '../../../../src/common/analysis/time-to-error-words.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const epochsOf = (errors: readonly number[]) => {
  const { epochs } = sampleRun({ family: 'plain', n: 3, train: 0.1, test: 0.1, epochs: errors.length })
  return epochs.map((epoch, index) => ({
    ...epoch,
    elapsedMs: 3_600_000,
    results: { ...epoch.results, test: { loss: 1, topOneError: errors[index]! } },
  }))
}

it('an error is reached at the end of the first epoch that is at or below it, with the time of all epochs until then', () => {
  const epochs = epochsOf([0.5, 0.3, 0.2, 0.25, 0.1])
  expect(reachedError(7, epochs, 0.2, 'test')).toEqual({ runId: 7, epoch: 3, iterations: epochs[2]!.step, trainedMs: 3 * 3_600_000 })
  expect(reachedError(7, epochs, 0.05, 'test')).toEqual({ runId: 7, epoch: null, iterations: null, trainedMs: null })
  expect(reachedError(7, epochs, 0.5, 'validation').epoch, 'nothing was held out').toBeNull()
})

it('the error that all runs have come to is that of the split that is asked for, whole percent', () => {
  const runs = [
    sampleRun({ family: 'plain', n: 3, train: 0.021, test: 0.094 }).summary,
    sampleRun({ family: 'plain', n: 9, train: 0.052, test: 0.126 }).summary,
  ]
  const trainAtBest = Math.min(...[runs[1]!.lastEpoch!, runs[1]!.bestEpoch!].map(({ results }) => results.train.topOneError))
  expect(commonError(runs, 'train')).toBe(Math.ceil(100 * trainAtBest))
  expect(commonError(runs, 'test')).toBeGreaterThan(commonError(runs, 'train'))
  expect(commonError([], 'test')).toBe(1)
})

it('seeds of a network are one line: how many reached it, mean ± std of those', () => {
  const runs = [1, 2, 3].map((seed) => sampleRun({ family: 'residual', n: 9, seed, train: 0.1, test: 0.1 }).summary)
  const reached = runs.map(({ id }, index) =>
    index === 2
      ? { runId: id, epoch: null, iterations: null, trainedMs: null }
      : { runId: id, epoch: 10 + 2 * index, iterations: 1000 + 200 * index, trainedMs: (index + 1) * 3_600_000 },
  )
  const [only] = reachedByNetwork(runs, reached)
  expect(only).toMatchObject({ network: 'residual-56 A', runs: 3, reached: 2, iterations: { mean: 1100 }, hours: { mean: 1.5 } })
  expect(reachedCells(only!)).toEqual(['residual-56 A', '2 of 3', '11.0 ± 1.4', '1100 ± 141', '1.50 ± 0.71'])
})
