import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Durability } from '../../../../../src/main/store/database.ts'
import { Journal } from '../../../../../src/main/engine/journal/journal.ts'
import { Store } from '../../../../../src/main/store/store.ts'
import { newRun } from '../../../../support/new-run.ts'

/** A store that can fail, on a disk that can be full. */
class FailingStore extends Store {
  failsWith: string | null = null
  readonly durabilities: Durability[] = []
  override write<T>(durability: Durability, work: () => T): T {
    if (this.failsWith !== null) throw Object.assign(new Error('the database fails'), { code: this.failsWith })
    this.durabilities.push(durability)
    return super.write(durability, work)
  }
}

let store: FailingStore
let journal: Journal
let said: string[]
let runId: number
const sample = (step: number) => ({ step, loss: step, gradientNorm: 1, learningRate: 0.1 })
const steps = () => store.metrics.steps(runId, 0, 1000).map(({ step }) => step)

beforeEach(() => {
  vi.useFakeTimers()
  store = new FailingStore(':memory:')
  runId = store.runs.insert(newRun())
  said = []
  journal = new Journal(
    store,
    (name, payload) => said.push(`${name} ${'samples' in payload ? payload.samples.map(({ step }) => step).join() : ''}`.trim()),
    () => undefined,
    () => undefined,
  )
  return () => vi.useRealTimers()
})

const append = (step: number) =>
  journal.append((announce) => {
    store.metrics.insertSteps(runId, [sample(step)])
    announce.publish('run.steps', { runId, samples: [sample(step)] })
  })

describe('metrics', () => {
  it('metrics are written together after a tenth of a second, and announced only then, in order', () => {
    append(1)
    append(2)
    expect([steps(), said]).toEqual([[], []])
    vi.advanceTimersByTime(100)
    expect([steps(), said]).toEqual([
      [1, 2],
      ['run.steps 1', 'run.steps 2'],
    ])
  })

  it('metrics that came before a commit are written before it', () => {
    append(1)
    const seen = journal.commit(() => steps())
    expect(seen).toEqual([1])
  })

  it('metrics are not lost with one that cannot be written', () => {
    append(1)
    journal.append(() => store.metrics.insertSteps(999, [sample(2)]))
    append(3)
    vi.advanceTimersByTime(100)
    expect([steps(), said]).toEqual([
      [1, 3],
      ['run.steps 1', 'run.steps 3'],
    ])
  })

  it('metrics wait while the disk is full and are written, once and in order, when there is room', () => {
    store.failsWith = 'SQLITE_FULL'
    append(1)
    vi.advanceTimersByTime(100)
    append(2)
    expect(journal.diskFull).toBe(true)
    expect(said).toEqual([])
    vi.advanceTimersByTime(5_000)
    store.failsWith = null
    vi.advanceTimersByTime(1_000)
    expect([steps(), said, journal.diskFull, journal.backlog]).toEqual([[1, 2], ['run.steps 1', 'run.steps 2'], false, 0])
  })

  it.each(['SQLITE_BUSY', 'SQLITE_IOERR_FSYNC'])('metrics wait as well while the database fails with %s, which is no full disk', (code) => {
    store.failsWith = code
    append(1)
    vi.advanceTimersByTime(3_000)
    expect([steps(), journal.diskFull, journal.backlog]).toEqual([[], false, 1])
    store.failsWith = null
    vi.advanceTimersByTime(1_000)
    expect([steps(), said]).toEqual([[1], ['run.steps 1']])
  })
})

describe('a commit', () => {
  it('a commit that fails announces nothing and leaves nothing', () => {
    expect(() =>
      journal.commit((announce) => {
        announce.event(runId, 'info', 'x', 'x')
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(said).toEqual([])
    expect(store.events.latest(null, 10)).toEqual([])
  })

  it('a commit announces a run that changed several times once, as it is in the end', () => {
    journal.commit((announce) => {
      store.runs.change(runId, { state: 'running' })
      announce.changed(runId)
      store.runs.change(runId, { state: 'finished' })
      announce.changed(runId)
    })
    expect(said).toEqual(['run.changed'])
  })
})

it('what waited in line is in the end as safe against a power cut as it was meant to be', () => {
  append(1)
  vi.advanceTimersByTime(100)
  store.failsWith = 'SQLITE_BUSY'
  journal.commitOrWait((announce) => announce.event(runId, 'info', 'x', 'x'))
  append(2)
  store.failsWith = null
  vi.advanceTimersByTime(1_000)
  expect([store.durabilities, store.events.latest(runId, 10).length, steps()]).toEqual([['program-crash', 'power-cut'], 1, [1, 2]])
})
