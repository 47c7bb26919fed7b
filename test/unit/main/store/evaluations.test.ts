import { describe, expect, it } from 'vitest'
import type { EvaluationTerms } from '../../../../src/main/store/evaluations.ts'
import { Store } from '../../../../src/main/store/store.ts'
import { newRun } from '../../../support/new-run.ts'

const terms: EvaluationTerms = { checkpoint: 'last', split: 'test', protocol: '10-crop', batchStatistics: 'moving' }
const outcome = { results: { loss: 0.5, topOneError: 0.1 }, images: 100, scores: { bytes: 4000, sha256: 'c'.repeat(64) } }
const device = { kind: 'cpu', name: 'Some CPU', threads: 2, precision: 'fp32' } as const

function storeWithRuns(count: number): { store: Store; runIds: number[] } {
  const store = new Store(':memory:')
  const runIds = store.write('power-cut', () => Array.from({ length: count }, () => store.runs.insert(newRun())))
  return { store, runIds }
}

function insert(store: Store, members: readonly { runId: number; memberId: number | null }[]): number {
  return store.write('power-cut', () => store.evaluations.insert({ ...terms, members, memoryBytes: 1e9, work: 5e9, queuedAt: 1 }))
}

function finish(store: Store, id: number, checkpointSha256: string | null = 'a'.repeat(64)): void {
  store.write('power-cut', () => {
    store.evaluations.start(id, { device, epoch: 3, checkpointSha256, now: 2 })
    store.evaluations.finish(id, outcome, 3)
  })
}

describe('an evaluation', () => {
  it('an evaluation of a run goes from waiting to finished and keeps what it came to', () => {
    const { store, runIds } = storeWithRuns(1)
    const id = insert(store, [{ runId: runIds[0]!, memberId: null }])
    expect(store.evaluations.get(id)).toMatchObject({ state: 'waiting', runIds, memberIds: [], views: 10, results: null, epoch: null })
    expect(store.evaluations.open()).toMatchObject([{ id, memoryBytes: 1e9, members: 1 }])
    finish(store, id)
    const finished = { state: 'finished', epoch: 3, results: outcome.results, images: 100, device, bytes: 4000, attempt: 1, finishedAt: 3 }
    expect(store.evaluations.get(id)).toMatchObject(finished)
    expect(store.evaluations.open()).toEqual([])
  })

  it('an evaluation tells its work while it is to come, and what it took once it has ended', () => {
    const { store, runIds } = storeWithRuns(1)
    const id = insert(store, [{ runId: runIds[0]!, memberId: null }])
    const { multiplyAdds } = store.runs.get(runIds[0]!)
    const facts = { sort: '10-crop', work: 5e9, multiplyAdds }
    expect(store.evaluations.openWork()).toEqual([{ id, state: 'waiting', startedAt: null, ...facts }])
    finish(store, id)
    expect(store.evaluations.openWork()).toEqual([])
    expect(store.evaluations.measuredWork(device)).toEqual([{ ms: 1, threads: 2, precision: 'fp32', ...facts }])
    expect(store.evaluations.measuredWork({ kind: 'cpu', name: 'Another CPU' })).toEqual([])
  })

  it('an evaluation adds its results to the rows of its run, an ensemble to those of none', () => {
    const { store, runIds } = storeWithRuns(2)
    const members = runIds.map((runId) => insert(store, [{ runId, memberId: null }]))
    for (const id of members) finish(store, id)
    const ensemble = insert(
      store,
      runIds.map((runId, index) => ({ runId, memberId: members[index]! })),
    )
    finish(store, ensemble, null)
    const row = { checkpoint: 'last', epoch: 3, split: 'test', protocol: '10-crop', batchStatistics: 'moving', evaluationId: members[0] }
    expect(store.results.rows(runIds[0]!)).toEqual([
      { ...row, metric: 'loss', value: 0.5 },
      { ...row, metric: 'topOneError', value: 0.1 },
    ])
    expect(store.evaluations.get(ensemble)).toMatchObject({ runIds, memberIds: members })
    expect(store.evaluations.list([runIds[1]!], null).map(({ id }) => id)).toEqual([members[1], ensemble])
  })

  it('an evaluation is found again by its run, its terms and the bytes of its checkpoint', () => {
    const { store, runIds } = storeWithRuns(2)
    const [runId, other] = runIds as [number, number]
    const id = insert(store, [{ runId, memberId: null }])
    const find = (sha256: string, changes: Partial<EvaluationTerms> = {}) =>
      store.evaluations.ofRun(runId, { ...terms, ...changes }, sha256)?.id ?? null
    expect(find('b')).toBe(id)
    finish(store, id, 'a')
    expect([find('a'), find('b'), find('a', { protocol: 'single-view' }), find('a', { checkpoint: 'best' })]).toEqual([
      id,
      null,
      null,
      null,
    ])
    const second = insert(store, [{ runId: other, memberId: null }])
    const ensemble = insert(store, [
      { runId: other, memberId: second },
      { runId, memberId: id },
    ])
    expect(store.evaluations.ofMembers([second, id], terms)?.id).toBe(ensemble)
    expect(store.evaluations.ofMembers([id, second], terms)).toBeNull()
    expect(find('a')).toBe(id)
  })

  it('an evaluation is not listed while its run is removed, and again when that is restored', () => {
    const { store, runIds } = storeWithRuns(1)
    const id = insert(store, [{ runId: runIds[0]!, memberId: null }])
    store.write('power-cut', () => store.removal.hideRuns(runIds, 5))
    expect(store.evaluations.list(null, null)).toEqual([])
    store.write('power-cut', () => store.removal.showRuns(runIds))
    expect(store.evaluations.list(null, ['waiting']).map((each) => each.id)).toEqual([id])
  })

  it('an evaluation that was removed is gone, and its number is not given to another', () => {
    const { store, runIds } = storeWithRuns(1)
    const members = [{ runId: runIds[0]!, memberId: null }]
    const id = insert(store, members)
    finish(store, id)
    store.write('power-cut', () => store.evaluations.remove(id, 9))
    expect(() => store.evaluations.get(id)).toThrow(`There is no evaluation ${id}`)
    expect(store.results.rows(runIds[0]!)).toEqual([])
    expect(insert(store, members)).toBe(id + 1)
  })
})
