import { beforeEach, describe, expect, it } from 'vitest'
import type { RunFilter } from '../../../../src/common/rpc/run-calls.ts'
import type { EpochRecord } from '../../../../src/common/records/records.ts'
import { sweepSchema } from '../../../../src/common/sweep/sweep.ts'
import { Store } from '../../../../src/main/store/store.ts'
import { newRun, settingsOf } from '../../../support/new-run.ts'

let store = new Store(':memory:')
const sweep = (name: string) => sweepSchema.parse({ name, dataset: 'shapes-10', recipe: 'demo', families: ['plain'], n: [1] })
const ids = (filter: RunFilter) => store.runs.list(filter, 0, 100).runs.map((run) => run.id)

beforeEach(() => {
  store = new Store(':memory:')
})

describe('the list of runs', () => {
  beforeEach(() => {
    const deep = store.sweeps.insert(sweep('How deep is too deep?'), 1)
    const other = store.sweeps.insert(sweep('Other'), 2)
    store.runs.insert(newRun({ sweepId: deep, settings: settingsOf({ family: 'plain', n: 3, seed: 1 }) })) // 1
    store.runs.insert(newRun({ sweepId: deep, settings: settingsOf({ family: 'residual', n: 3, seed: 2 }) })) // 2
    store.runs.insert(newRun({ sweepId: other, settings: settingsOf({ family: 'residual', n: 9, dataset: 'cifar10' }) })) // 3
    store.sweeps.addRun(deep, 0, 1, false)
    store.sweeps.addRun(deep, 1, 2, false)
    store.sweeps.addRun(other, 0, 3, false)
    store.sweeps.addRun(other, 1, 2, true)
    store.runs.change(3, { state: 'diverged', reason: 'loss is not a number' })
  })

  it.each<[string, RunFilter, number[]]>([
    ['nothing', {}, [1, 2, 3]],
    ['state', { states: ['diverged', 'failed'] }, [3]],
    ['no state at all', { states: [] }, []],
    ['family', { families: ['residual'] }, [2, 3]],
    ['depth', { depths: [20] }, [1, 2]],
    ['seed', { seeds: [2] }, [2]],
    ['data set', { dataset: 'cifar10' }, [3]],
    ['sweep, reused runs included', { sweepId: 2 }, [2, 3]],
    ['a part of the sweep’s name in any case', { search: 'HOW DEEP' }, [1, 2]],
    ['a part of the run’s name', { search: 'residual-56' }, [3]],
    ['a search that looks like a pattern', { search: '%' }, []],
    ['several at once', { families: ['residual'], depths: [20], states: ['waiting'] }, [2]],
  ])('the list of runs can be filtered by %s', (_, filter, expected) => {
    expect(ids(filter)).toEqual(expected)
  })

  it('the list of runs comes in pages and tells how many there are in all', () => {
    const page = store.runs.list({}, 1, 1)
    expect([page.total, page.runs.map((run) => run.id)]).toEqual([3, [2]])
  })

  it('the list of runs shows each sweep with the states of its runs', () => {
    expect(store.sweeps.list().map(({ runIds, states }) => ({ runIds, states }))).toEqual([
      { runIds: [1, 2], states: { waiting: 2 } },
      { runIds: [3, 2], states: { diverged: 1, waiting: 1 } },
    ])
  })

  it('the list of runs treats text in names and reasons as text', () => {
    store.runs.change(1, { reason: "'); DROP TABLE runs; --<script>" })
    expect(store.runs.get(1).reason).toBe("'); DROP TABLE runs; --<script>")
  })
})

describe('what people say of a run', () => {
  let runId = 0
  beforeEach(() => (runId = store.runs.insert(newRun())))

  it('what people say of a run is nothing at first, and stays until it is changed', () => {
    store.labels.annotate(runId, { addTags: ['baseline', 'paper'], starred: true })
    store.labels.annotate(runId, { notes: 'Better than expected; see <b>seed 2</b>.' })
    store.labels.annotate(runId, { removeTags: ['paper'], archived: true })
    expect(store.runs.get(runId)).toMatchObject({
      tags: ['baseline'],
      notes: 'Better than expected; see <b>seed 2</b>.',
      starred: true,
      archived: true,
    })
    store.labels.annotate(runId, { starred: false, archived: false, notes: '' })
    expect(store.runs.get(runId)).toMatchObject({ tags: ['baseline'], notes: '', starred: false, archived: false })
  })

  it('what people say of a run holds a tag once, however often it is given', () => {
    store.labels.annotate(runId, { addTags: ['a', 'b'] })
    store.labels.annotate(runId, { addTags: ['b', 'a', 'c'] })
    expect(store.runs.get(runId).tags).toEqual(['a', 'b', 'c'])
  })

  it('what people say of a run is refused when it would be more tags than a run carries', () => {
    store.labels.annotate(runId, { addTags: Array.from({ length: 50 }, (_, index) => `tag ${index}`) })
    expect(() => store.labels.annotate(runId, { addTags: ['one more'] })).toThrow('Run 1 would carry 51 tags; 50 are the most.')
  })

  it.each<[string, RunFilter, number[]]>([
    ['star', { starred: true }, [2]],
    ['no star', { starred: false }, [1, 3]],
    ['being archived', { archived: true }, [3]],
    ['not being archived', { archived: false }, [1, 2]],
    ['a tag', { tags: ['deep'] }, [2, 3]],
    ['all of several tags', { tags: ['deep', 'odd, "quoted"'] }, [3]],
    ['a tag only as a whole', { tags: ['dee'] }, []],
  ])('what people say of a run finds runs by %s', (_, filter, expected) => {
    for (let more = 0; more < 2; more++) store.runs.insert(newRun())
    store.labels.annotate(2, { starred: true, addTags: ['deep'] })
    store.labels.annotate(3, { archived: true, addTags: ['deep', 'odd, "quoted"'] })
    expect(ids(filter)).toEqual(expected)
  })
})

it('a run that does not exist is not found, by number', () => {
  expect(() => store.runs.get(77)).toThrow('There is no run 77 in this workspace.')
})

it('the latest run with the same settings that finished, else that diverged, in the same precision, is found for reuse', () => {
  const { settingsHash } = newRun()
  const trained = (precision: 'fp32' | 'bf16') => {
    const id = store.runs.insert(newRun())
    store.attempts.started(id, store.attempts.grant(id, 1), {
      device: { kind: 'cpu', name: 'CPU', threads: 1, precision },
      versions: {},
      resumedFromStep: 0,
      compileMs: 1,
      loadMs: 1,
    })
    return id
  }
  const [first, second, other] = [trained('bf16'), trained('bf16'), trained('fp32')]
  const found = () => [store.runs.trainedLike(settingsHash, 'bf16'), store.runs.trainedLike(settingsHash, 'fp32')]
  expect(found()).toEqual([null, null])
  store.runs.change(first, { state: 'diverged' })
  store.runs.change(other, { state: 'cancelled' })
  expect(found()).toEqual([first, null])
  store.runs.change(first, { state: 'finished' })
  expect(found()).toEqual([first, null])
  store.runs.change(second, { state: 'finished' })
  store.runs.change(other, { state: 'finished' })
  expect(found()).toEqual([second, other])
})

it('a state that does not exist is refused by the database itself', () => {
  const run = store.runs.insert(newRun())
  // @ts-expect-error: no such state
  expect(() => store.runs.change(run, { state: 'flying' })).toThrow(/CHECK/)
})

describe('the last epoch of a run', () => {
  const epoch = (number: number, error: number): EpochRecord => ({
    epoch: number,
    step: 10 * number,
    learningRate: 0.1,
    results: { train: { loss: 1, topOneError: error }, test: { loss: 1, topOneError: error } },
    imagesPerSecond: 700,
    elapsedMs: 1000,
    peakMemoryBytes: 5e8,
    finishedAt: 1_700_000_000_000,
  })
  const last = (id: number) => store.runs.list({}, 0, 10).runs.find((run) => run.id === id)?.lastEpoch

  it('the last epoch of a run follows what is logged, logged anew and forgotten', () => {
    const [run, other] = [store.runs.insert(newRun()), store.runs.insert(newRun())]
    expect(last(run)).toBeNull()
    store.metrics.insertEpoch(run, epoch(1, 0.5), [])
    store.metrics.insertEpoch(run, epoch(2, 0.4), [])
    store.metrics.insertEpoch(other, epoch(1, 0.8), [])
    expect(last(run)).toEqual(epoch(2, 0.4))
    store.metrics.insertEpoch(run, epoch(2, 0.3), [])
    expect(last(run)).toEqual(epoch(2, 0.3))
    store.metrics.deleteAfter(run, 10, 1, 0)
    expect(last(run)).toEqual(epoch(1, 0.5))
    store.metrics.deleteAfter(run, 0, 0, 0)
    expect(last(run)).toBeNull()
    expect(last(other)).toEqual(epoch(1, 0.8))
  })
})

describe('the checkpoint that a run can go on from', () => {
  it('the checkpoint that a run can go on from is its newest one that was not rejected, and left out where there is none', () => {
    const store = new Store(':memory:')
    const runId = store.runs.insert(newRun())
    expect(store.runs.get(runId)).not.toHaveProperty('checkpointStep')
    for (const step of [78, 156])
      store.checkpoints.insert(
        runId,
        1,
        { file: `${step}.safetensors`, step, epoch: step / 78, sha256: 'a'.repeat(64), bytes: 1, error: null },
        [],
        1,
      )
    expect(store.runs.get(runId).checkpointStep).toBe(156)
    store.checkpoints.reject(runId, '156.safetensors', 'damaged')
    expect(store.runs.get(runId).checkpointStep).toBe(78)
    store.checkpoints.remove(runId, '78.safetensors')
    expect(store.runs.get(runId)).not.toHaveProperty('checkpointStep')
  })
})
