import { expect, it } from 'vitest'
import type { Evaluation } from '../../../src/common/evaluation/evaluation.ts'
import { testGroups } from '../../../src/renderer/src/features/evaluations/test-groups.ts'

let nextId = 1
function tested(runIds: readonly number[], error: number | null, more: Partial<Evaluation> = {}): Evaluation {
  return {
    id: nextId++,
    runIds: [...runIds],
    memberIds: [],
    checkpoint: 'last',
    split: 'test',
    protocol: '10-crop',
    batchStatistics: 'moving',
    views: 10,
    state: error === null ? 'running' : 'finished',
    reason: null,
    epoch: 1,
    results: error === null ? null : { loss: 1, topOneError: error },
    images: 100,
    device: null,
    attempt: 1,
    bytes: 1,
    queuedAt: 0,
    startedAt: null,
    finishedAt: null,
    ...more,
  }
}

const bothSeeds = new Map([1, 2].map((id) => [id, 'plain-8'] as const))

it('tests of the chosen runs stand together by what they were tested under, the newest of each run', () => {
  const all = [tested([1], 0.3), tested([1], 0.2), tested([2], 0.1), tested([3], 0.5), tested([1], 0.4, { protocol: 'multi-scale' })]
  const groups = testGroups(all, bothSeeds)
  expect(groups.map(({ terms, runs }) => [terms.protocol, runs.map(({ results }) => results?.topOneError)])).toEqual([
    ['10-crop', [0.2, 0.1]],
    ['multi-scale', [0.4]],
  ])
  expect(groups[0]!.means).toEqual([
    {
      network: 'plain-8',
      error: { count: 2, mean: expect.closeTo(0.15) as number, std: expect.closeTo(0.0707) as number, min: 0.1, max: 0.2 },
    },
  ])
  expect(groups[1]!.means).toEqual([])
})

it('an ensemble tells what it gains over the mean and the best of its members, and nothing before it has finished', () => {
  const [one, two] = [tested([1], 0.2), tested([2], 0.12)]
  const memberIds = [one.id, two.id]
  const [group] = testGroups([one, two, tested([1, 2], 0.1, { memberIds })], bothSeeds)
  expect(group!.ensembles[0]!.overMean).toBeCloseTo(0.06)
  expect(group!.ensembles[0]!.overBest).toBeCloseTo(0.02)
  const [open] = testGroups([one, two, tested([1, 2], null, { memberIds })], bothSeeds)
  expect(open!.ensembles[0]).toMatchObject({ overMean: null, overBest: null })
})

it('an ensemble with a run that is not chosen is left out', () => {
  expect(testGroups([tested([1, 2], 0.1)], new Map([[1, 'plain-8']]))).toEqual([])
})
