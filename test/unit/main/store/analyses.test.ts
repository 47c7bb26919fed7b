import { beforeEach, expect, it } from 'vitest'
import type { AnalysisTerms } from '../../../../src/main/store/analyses.ts'
import { Store } from '../../../../src/main/store/store.ts'
import { newRun } from '../../../support/new-run.ts'

let store = new Store(':memory:')
beforeEach(() => {
  store = new Store(':memory:')
  for (let index = 0; index < 2; index++) store.runs.insert(newRun())
})
const cost = { memoryBytes: 1, work: 1, queuedAt: 0 }
const terms = (checkpoint: AnalysisTerms['checkpoint'], runIds: readonly number[]): AnalysisTerms => ({
  ...{ kind: 'layers', split: 'test', options: {} },
  checkpoint,
  runIds: [...runIds],
})

it('an analysis of several checkpoints has each run once for each, with its epoch from the start', () => {
  const several = terms([0, 5], [1, 1, 2, 2])
  const id = store.analyses.insert({ ...several, ...cost, epochs: [0, 5, 0, 5] })
  expect(store.analyses.get(id)).toMatchObject({ checkpoint: [0, 5], runIds: [1, 1, 2, 2], epochs: [0, 5, 0, 5] })
  expect(store.analyses.same(several, [null, 'a', null, 'b'])?.id, 'the same is to come').toBe(id)
  expect(store.analyses.same(terms([0, 10], [1, 1, 2, 2]), [])).toBeNull()
  expect(store.analyses.list([2], null)).toHaveLength(1)
  const every = store.analyses.insert({ ...terms('every', [1, 1, 1]), ...cost, epochs: [0, 3, 6] })
  expect(store.analyses.get(every)).toMatchObject({ checkpoint: 'every', epochs: [0, 3, 6] })
})

it('an analysis of one checkpoint a run has no epochs before its start', () => {
  const id = store.analyses.insert({ ...terms('last', [1, 2]), ...cost, epochs: [null, null] })
  expect(store.analyses.get(id)).toMatchObject({ checkpoint: 'last', epochs: [] })
})
