import { describe, expect, it } from 'vitest'
import { sweepSchema } from '../../../../src/common/sweep/sweep.ts'
import { Store } from '../../../../src/main/store/store.ts'
import { newRun } from '../../../support/new-run.ts'

const sweep = sweepSchema.parse({ name: 'first name', dataset: 'shapes-10', recipe: 'demo', families: ['plain'], n: [1] })

/** Two sweeps: the second holds the run of the first and one of its own. */
function twoSweeps(): { store: Store; first: number; second: number; shared: number; own: number } {
  const store = new Store(':memory:')
  const [first, second] = [store.sweeps.insert(sweep, 1), store.sweeps.insert(sweep, 2)]
  const shared = store.runs.insert(newRun({ sweepId: first }))
  const own = store.runs.insert(newRun({ sweepId: second }))
  store.sweeps.addRun(first, 0, shared, false)
  store.sweeps.addRun(second, 0, shared, true)
  store.sweeps.addRun(second, 1, own, false)
  return { store, first, second, shared, own }
}
const listed = (store: Store): number[] => store.runs.list({}, 0, 10).runs.map((run) => run.id)

describe('what is removed', () => {
  it('what is removed is in no list, count or queue, and comes back as it was', () => {
    const { store, second, shared, own } = twoSweeps()
    const before = store.runs.get(own)
    store.removal.hideRuns([own], 50)
    expect(listed(store)).toEqual([shared])
    expect(store.runs.countInStates(['waiting'])).toBe(1)
    expect(store.runs.idsInStates(['waiting'], second)).toEqual([shared])
    expect(store.sweeps.list().map(({ runIds }) => runIds)).toEqual([[shared], [shared]])
    expect(() => store.runs.get(own)).toThrow('There is no run')
    expect(store.removal.removedAt(own)).toBe(50)
    store.removal.showRuns([own])
    expect(store.runs.get(own)).toEqual(before)
  })

  it('together with a sweep is told from what went before', () => {
    const { store, second, shared, own } = twoSweeps()
    store.removal.hideRuns([shared], 40)
    store.removal.hideRuns([own], 50)
    store.removal.hideSweep(second, 50)
    expect(store.removal.sweepRemovedAt(second)).toBe(50)
    expect(store.removal.hiddenWith(second, 50)).toEqual([own])
    expect(store.sweeps.exists(second)).toBe(false)
  })

  it('what is removed of a sweep’s runs is what no other sweep holds', () => {
    const { store, first, second, shared, own } = twoSweeps()
    expect(store.removal.members(second).map(({ id, shared: elsewhere }) => [id, elsewhere])).toEqual([
      [shared, true],
      [own, false],
    ])
    store.removal.hideSweep(first, 50)
    expect(store.removal.members(second).map(({ shared: elsewhere }) => elsewhere)).toEqual([false, false])
    expect(store.runs.get(shared), 'its sweep is gone').toMatchObject({ sweepId: null, sweepName: null })
  })

  it('what is removed loses what it logged when its time is over, keeps its row, and cannot come back', () => {
    const { store, shared, own } = twoSweeps()
    store.metrics.insertSteps(own, [{ step: 1, loss: 1, gradientNorm: 1, learningRate: 0.1 }])
    store.removal.hideRuns([own], 50)
    expect(store.removal.due(49)).toEqual([])
    expect(store.removal.due(50)).toEqual([own])
    store.removal.purge(own, 60)
    expect(store.metrics.steps(own, 0, 10)).toEqual([])
    expect(store.removal.due(1000)).toEqual([])
    expect(store.removal.removedAt(own)).toBeNull()
    expect(store.runs.insert(newRun()), 'numbers are not given away again').toBeGreaterThan(own)
    expect(listed(store)).toContain(shared)
  })
})

describe('a name', () => {
  it('a name of a sweep changes in its file too, which Design opens', () => {
    const { store, first } = twoSweeps()
    store.removal.renameSweep(first, 'It’s "another"')
    expect(store.sweeps.get(first)).toEqual({ ...sweep, name: 'It’s "another"' })
    expect(store.sweeps.list()[0]?.name).toBe('It’s "another"')
  })

  it('a name of a run changes alone', () => {
    const { store, own } = twoSweeps()
    const before = store.runs.get(own)
    store.removal.renameRun(own, 'the good one')
    expect(store.runs.get(own)).toEqual({ ...before, name: 'the good one' })
  })
})
