import type { Device } from '../../../../src/common/device.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import { mixedArithmeticText } from '../../../../src/common/records/arithmetic.ts'
import type { EpochRecord } from '../../../../src/common/records/records.ts'
import { Store } from '../../../../src/main/store/store.ts'
import { newRun } from '../../../support/new-run.ts'

const device: Device = { kind: 'cpu', name: 'CPU', threads: 1, precision: 'bf16' }
let store = new Store(':memory:')
let runId = 0

beforeEach(() => {
  store = new Store(':memory:')
  runId = store.runs.insert(newRun())
})

const epoch = (number: number, error: number): EpochRecord => ({
  epoch: number,
  step: number * 10,
  learningRate: 0.1,
  results: { train: { loss: 1, topOneError: error }, test: { loss: 1, topOneError: error } },
  imagesPerSecond: 100,
  elapsedMs: 1000,
  peakMemoryBytes: 5e8,
  finishedAt: 1,
})
const step = (number: number, loss: number | null = 1) => ({ step: number, loss, gradientNorm: 1, learningRate: 0.1 })
const layer = (number: number, std = 1) => ({ epoch: number, layer: 'stem.convolution', mean: 0, std })

describe('an attempt', () => {
  it('an attempt holds the lease from its grant to its end, and only it', () => {
    const attempt = store.attempts.grant(runId, 1)
    expect(attempt).toBe(1)
    expect([store.attempts.holds(runId, 1), store.attempts.holds(runId, 2)]).toEqual([true, false])
    store.attempts.end(runId, 1, 2, { outcome: 'crashed', reason: 'x', exitCode: 1, signal: null, lastOutput: null })
    expect(store.attempts.holds(runId, 1)).toBe(false)
    expect(store.attempts.grant(runId, 3)).toBe(2)
  })

  it('an attempt cannot be granted while another holds the run', () => {
    store.attempts.grant(runId, 1)
    expect(() => store.attempts.grant(runId, 2)).toThrow(/UNIQUE/)
  })

  it('an attempt counts as a crash for a while, until a person wants the run tried again', () => {
    for (const at of [1_000, 2_000]) {
      const attempt = store.attempts.grant(runId, at)
      store.attempts.end(runId, attempt, at + 10, { outcome: 'crashed', reason: null, exitCode: null, signal: 'SIGKILL', lastOutput: null })
    }
    expect([store.attempts.crashesSince(runId, 0), store.attempts.crashesSince(runId, 1_500)]).toEqual([2, 1])
    store.attempts.forgive(runId)
    expect(store.attempts.crashesSince(runId, 0)).toBe(0)
  })

  it('an attempt at a place counts what went over the network for its run, and its events once', () => {
    expect(store.runs.get(runId).traffic).toBeUndefined()
    store.attempts.grant(runId, 1, 'lab2')
    expect(store.attempts.startedAt(runId, 1)).toBe(1)
    store.attempts.addTraffic(runId, { sentBytes: 975 })
    for (const offset of [100, 250, 250]) store.attempts.setJobOffset(runId, 1, offset)
    store.attempts.addTraffic(runId, { fetchedBytes: 1_000 })
    expect(store.runs.get(runId)).toMatchObject({ trainedAt: 'lab2', traffic: { sentBytes: 975, fetchedBytes: 1_250 } })
  })

  it('an attempt that lost its lease moves no offset', () => {
    store.attempts.grant(runId, 1, 'lab2')
    store.attempts.end(runId, 1, 2, { outcome: 'released', reason: null, exitCode: null, signal: null, lastOutput: null })
    store.attempts.grant(runId, 3, 'lab2')
    store.attempts.setJobOffset(runId, 1, 900)
    expect(store.attempts.leases()).toMatchObject([{ attempt: 2, jobOffset: 0 }])
    expect(store.runs.get(runId).traffic).toBeUndefined()
  })

  it('an attempt is found by any part of its time', () => {
    store.attempts.grant(runId, 100)
    store.attempts.end(runId, 1, 200, { outcome: 'stopped', reason: null, exitCode: 0, signal: null, lastOutput: null })
    store.attempts.grant(runId, 300)
    const found = (from: number, to: number) => store.attempts.between(from, to).map(({ attempt }) => attempt)
    expect([found(0, 100), found(0, 101), found(150, 160), found(200, 300), found(199, 301), found(5_000, 6_000)]).toEqual([
      [],
      [1],
      [1],
      [],
      [1, 2],
      [2],
    ])
  })

  it('an attempt marks its run when steps before it were computed otherwise, and not when they are trained again', () => {
    const attempt = (
      threads: number,
      resumedFromStep: number,
      versions: Record<string, string> = { libtensorflow: '2.21', kernels: 'avx2', node: '24' },
    ): unknown => {
      const number = store.attempts.grant(runId, 1)
      store.attempts.started(runId, number, { device: { ...device, threads }, versions, resumedFromStep, compileMs: 1, loadMs: 1 })
      store.attempts.end(runId, number, 2, { outcome: 'stopped', reason: null, exitCode: 0, signal: null, lastOutput: null })
      return store.runs.get(runId).arithmetic?.map((each) => [each.device.threads, each.kernels])
    }
    expect(attempt(2, 0)).toBeUndefined()
    expect(attempt(2, 10, { libtensorflow: '2.21', kernels: 'avx2', node: '26' })).toBeUndefined()
    expect(attempt(1, 20)).toEqual([
      [2, 'avx2'],
      [1, 'avx2'],
    ])
    expect(mixedArithmeticText(store.runs.get(runId))).toBe(
      'Computed in part with 2 threads, in part with 1 thread: its numbers are not those of an uninterrupted run, to the last bit.',
    )
    // Its last checkpoint was damaged: what one thread did is done again by two.
    expect(attempt(2, 20)).toBeUndefined()
    expect(attempt(2, 30, { libtensorflow: '2.21', kernels: 'baseline' })).toEqual([
      [2, 'avx2'],
      [2, 'baseline'],
    ])
    expect(attempt(1, 0)).toBeUndefined()
    expect(store.runs.list({}, 0, 10).runs[0]).not.toHaveProperty('arithmetic')
  })

  it('an attempt writes its device and versions once, however many runs share them', () => {
    const start = { device, versions: { node: '24', libtensorflow: '2.21' }, resumedFromStep: 0, compileMs: 1, loadMs: 1 }
    store.attempts.started(runId, store.attempts.grant(runId, 1), start)
    const other = store.runs.insert(newRun())
    store.attempts.started(other, store.attempts.grant(other, 1), { ...start, versions: { libtensorflow: '2.21', node: '24' } })
    expect(store.runs.get(other).device).toEqual(device)
    expect(store.runs.get(runId).device).toEqual(device)
  })
})

describe('metrics', () => {
  it('metrics that come twice are stored once, the later ones win', () => {
    for (const error of [0.5, 0.4]) {
      store.metrics.insertEpoch(runId, epoch(1, error), [layer(1, error)])
      store.metrics.insertSteps(runId, [step(5, error), step(10, error)])
    }
    expect(store.metrics.epochs(runId)).toEqual([epoch(1, 0.4)])
    expect(store.metrics.steps(runId, 0, 100)).toEqual([step(5, 0.4), step(10, 0.4)])
    expect(store.metrics.layerStatistics(runId, null)).toEqual([layer(1, 0.4)])
  })

  it('metrics show in the run: last epoch, best test error, time trained', () => {
    ;[0.5, 0.2, 0.3].forEach((error, index) => store.metrics.insertEpoch(runId, epoch(index + 1, error), []))
    expect(store.runs.get(runId)).toMatchObject({
      lastEpoch: { epoch: 3, results: { test: { topOneError: 0.3 } } },
      bestEpoch: { epoch: 2, results: { test: { topOneError: 0.2 } } },
      trainedMs: 3000,
    })
  })

  it('metrics after the step that a run resumes from are forgotten', () => {
    ;[0.5, 0.2, 0.3].forEach((error, index) => store.metrics.insertEpoch(runId, epoch(index + 1, error), [layer(index + 1)]))
    store.metrics.insertSteps(runId, [step(5), step(15), step(17), step(25)])
    store.metrics.deleteAfter(runId, 16, 1, 250)
    expect(store.metrics.epochs(runId).map((record) => record.epoch)).toEqual([1])
    expect(store.metrics.steps(runId, 0, 100).map((sample) => sample.step)).toEqual([5, 15])
    expect(store.metrics.layerStatistics(runId, null).map((statistic) => statistic.epoch)).toEqual([1])
    expect(store.runs.get(runId)).toMatchObject({
      lastEpoch: { epoch: 1 },
      bestEpoch: { epoch: 1, results: { test: { topOneError: 0.5 } } },
      trainedMs: 1250,
    })
  })

  it('metrics after which nothing is left leave no epoch in the run', () => {
    store.metrics.insertEpoch(runId, epoch(1, 0.5), [])
    store.metrics.deleteAfter(runId, 0, 0, 0)
    expect(store.runs.get(runId)).toMatchObject({ lastEpoch: null, bestEpoch: null, trainedMs: 0 })
  })

  it('metrics that are not a number are kept as such', () => {
    store.metrics.insertSteps(runId, [step(1, null)])
    expect(store.metrics.steps(runId, 0, 9)).toEqual([step(1, null)])
  })

  it('metrics of a run that does not exist are refused', () => {
    expect(() => store.metrics.insertSteps(99, [step(1)])).toThrow(/FOREIGN KEY/)
  })
})

describe('checkpoints', () => {
  const checkpoint = (number: number, epochs: number) => ({
    file: `step-${number}-epoch-${epochs}`,
    step: number,
    epoch: epochs,
    sha256: 'f'.repeat(64),
    bytes: 10,
    error: null,
  })

  it('checkpoints come newest first, without those removed or rejected', () => {
    store.checkpoints.insert(runId, 1, checkpoint(10, 1), [], 1)
    store.checkpoints.insert(runId, 1, checkpoint(20, 1), [], 2)
    store.checkpoints.insert(runId, 1, checkpoint(20, 2), [checkpoint(10, 1).file], 3)
    expect(store.checkpoints.valid(runId)).toEqual([checkpoint(20, 2), checkpoint(20, 1)])
    store.checkpoints.reject(runId, checkpoint(20, 2).file, 'its hash differs')
    expect(store.checkpoints.valid(runId)).toEqual([checkpoint(20, 1)])
    store.checkpoints.remove(runId, checkpoint(20, 1).file)
    expect(store.checkpoints.valid(runId)).toEqual([])
  })

  it('later than the one that a run resumes from are forgotten', () => {
    for (const each of [checkpoint(10, 1), checkpoint(20, 1), checkpoint(20, 2)]) store.checkpoints.insert(runId, 1, each, [], 1)
    store.checkpoints.deleteAfter(runId, 20, 1)
    expect(store.checkpoints.valid(runId)).toEqual([checkpoint(20, 1), checkpoint(10, 1)])
  })
})

it('events come latest last, of one run or of all', () => {
  for (const message of ['a', 'b', 'c'])
    store.events.insert({ runId: message === 'b' ? runId : null, at: 1, level: 'info', kind: 'log', message })
  expect(store.events.latest(null, 2).map((event) => event.message)).toEqual(['b', 'c'])
  expect(store.events.latest(runId, 10).map((event) => event.message)).toEqual(['b'])
})

it('the time of an epoch that was not finished counts until the epoch is', () => {
  store.metrics.insertEpoch(runId, epoch(1, 0.5), [])
  store.metrics.addUnfinishedEpoch(runId, 400)
  expect(store.runs.get(runId).trainedMs).toBe(1400)
  store.metrics.insertEpoch(runId, epoch(2, 0.4), [])
  expect(store.runs.get(runId).trainedMs).toBe(2000)
})

describe('environments of runs', () => {
  it('environments of runs are those of their attempts whose steps count, with the place', () => {
    const start = { device, resumedFromStep: 0, compileMs: 1, loadMs: 1 }
    const lost = store.attempts.grant(runId, 1)
    store.attempts.started(runId, lost, { ...start, versions: { libtensorflow: '2.8', kernels: 'avx2' } })
    store.attempts.end(runId, lost, 2, { outcome: 'crashed', reason: null, exitCode: null, signal: null, lastOutput: null })
    const first = store.attempts.grant(runId, 3, 'lab2')
    store.attempts.started(runId, first, { ...start, versions: { libtensorflow: '2.9.1', kernels: 'avx512' } })
    store.attempts.end(runId, first, 4, { outcome: 'stopped', reason: null, exitCode: 0, signal: null, lastOutput: null })
    const second = store.attempts.grant(runId, 5)
    store.attempts.started(runId, second, { ...start, resumedFromStep: 10, versions: { libtensorflow: '2.9.1', kernels: 'avx2' } })
    expect(store.attempts.environments([runId, 99])).toEqual([
      { runId, trainedAt: 'lab2', device, versions: { kernels: 'avx512', libtensorflow: '2.9.1' } },
      { runId, trainedAt: null, device, versions: { kernels: 'avx2', libtensorflow: '2.9.1' } },
    ])
    expect(store.attempts.environments([])).toEqual([])
  })
})
