import { expect, it } from 'vitest'
import { analysisNamed, analysisKinds, readOptions } from '../../../../src/common/analyses/analyses.ts'
import { checkpointsText, isOfSeveral, readCheckpoints } from '../../../../src/common/analyses/analysis.ts'
import { analysedNames } from '../../../../src/common/analyses/analysis-table.ts'
import { weightsOfAll } from '../../../../src/common/analyses/kinds/compared-weights.ts'
import { atEpoch, epochsOf, runsOf } from '../../../../src/common/analyses/through-epochs.ts'

const analysis = { runIds: [7, 7, 7, 8, 8], epochs: [0, 5, 10, 5, 9] }
const result = { points: 3, runs: ['7 at 0', '7 at 5', '7 at 10', '8 at 5', '8 at 9'] }

it('checkpoints are read and written as the command line takes them, and other words are refused', () => {
  for (const text of ['last', 'best', 'every', '0', '12', '0,5,10']) expect(checkpointsText(readCheckpoints(text)!)).toBe(text)
  expect(readCheckpoints('5, 10')).toEqual([5, 10])
  for (const text of ['', 'first', '5,', '-1', '1.5', 'last,5']) expect(readCheckpoints(text), text).toBeNull()
  expect([isOfSeveral('every'), isOfSeveral([0, 5]), isOfSeveral(5), isOfSeveral('best')]).toEqual([true, true, false, false])
})

it('an analysis of several checkpoints is seen at an epoch as each run’s newest that is not after it', () => {
  expect([epochsOf(analysis), runsOf(analysis)]).toEqual([
    [0, 5, 9, 10],
    [7, 8],
  ])
  expect(atEpoch(analysis, result, 0)).toEqual({ analysis: { runIds: [7], epochs: [0] }, result: { points: 3, runs: ['7 at 0'] } })
  expect(atEpoch(analysis, result, 9)).toEqual({
    analysis: { runIds: [7, 8], epochs: [5, 9] },
    result: { points: 3, runs: ['7 at 5', '8 at 9'] },
  })
  expect(atEpoch(analysis, null, 9).result, 'before it has finished').toBeNull()
})

it('runs that are there several times are told apart by their epoch, others have their name alone', () => {
  const names = new Map([
    [7, 'plain-8, seed 1'],
    [8, 'residual-8 A, seed 1'],
  ])
  expect(analysedNames(analysis, names).map(({ label }) => label)).toEqual([
    'plain-8, seed 1, at initialisation',
    'plain-8, seed 1, epoch 5',
    'plain-8, seed 1, epoch 10',
    'residual-8 A, seed 1, epoch 5',
    'residual-8 A, seed 1, epoch 9',
  ])
  expect(analysedNames({ runIds: [7, 8], epochs: [5, 9] }, names).map(({ label }) => label)).toEqual([...names.values()])
})

it('runs whose epochs differ are said to be after all of these, not after the last of them', () => {
  expect(weightsOfAll('trained', [8, 12, 10])).toBe('after epochs 8 to 12')
  expect(weightsOfAll('trained', [12, 12])).toBe('after epoch 12')
  expect(weightsOfAll('initial', [8, 12])).toBe('at initialisation')
  expect(weightsOfAll('trained', [0]), 'imported').toBe('as given')
})

it('of kinds that look at the initial weights, too, several checkpoints leave that to epoch 0', () => {
  const kinds = analysisKinds.filter((kind) => analysisNamed(kind).several)
  expect(kinds).toEqual(['layers', 'lesions', 'gradient-paths', 'gradients', 'shattering'])
  for (const kind of ['gradients', 'shattering'] as const) {
    const options = readOptions(kind, {})
    expect(options.initial).toBe(true)
    expect(analysisNamed(kind).several?.options?.(options)).toEqual({ ...options, initial: false })
  }
})
