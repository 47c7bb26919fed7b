import { describe, expect, it } from 'vitest'
import { makeReport, type ReportFacts, useWithin } from '../../../../src/common/report/report.ts'
import type { AttemptRecord, RunProgress, RunSummary } from '../../../../src/common/records/records.ts'
import { reportSummary } from '../../../../src/common/report/report-words.ts'
import { type Sample, sampleRun } from '../../../fixtures/sample-runs.ts'

const hour = 3_600_000
const evening = new Date('2026-11-22T18:00').getTime()
const morning = new Date('2026-11-23T08:00').getTime()
const night = { from: evening, to: morning }

function run(sample: Partial<Sample>, changes: Partial<RunSummary> = {}): RunSummary {
  return { ...sampleRun({ family: 'plain', n: 3, train: 0.05, test: 0.1, ...sample }).summary, finishedAt: evening + hour, ...changes }
}
function attempt(runId: number, startedAt: number, endedAt: number | null, outcome: string | null = 'finished'): AttemptRecord {
  return { runId, attempt: 1, startedAt, endedAt, outcome }
}
function progressWith(runId: number, remainingMs: number | null): RunProgress {
  return {
    runId,
    epoch: 1,
    step: 10,
    totalSteps: 100,
    loss: 1,
    trainError: 0.5,
    learningRate: 0.1,
    imagesPerSecond: 700,
    phase: 'training',
    remainingMs,
    memoryBytes: null,
  }
}
function report(facts: Partial<ReportFacts>) {
  return makeReport(night, { runs: [], sweeps: [], attempts: [], progress: [], now: morning, ...facts })
}
const ids = (runs: readonly RunSummary[]): number[] => runs.map(({ id }) => id)

describe('the report of a night', () => {
  it('the report of a night tells runs by how they ended, in the order in which they did, and leaves out those of other times', () => {
    const late = run({}, { finishedAt: morning - hour })
    const early = run({ n: 5 })
    const old = run({ n: 7 }, { finishedAt: evening - 1 })
    const diverged = run({ state: 'diverged' })
    const failed = run({ state: 'failed' })
    const cancelled = run({ state: 'cancelled' })
    const made = report({ runs: [late, early, old, diverged, failed, cancelled] })
    expect([ids(made.finished), ids(made.diverged), ids(made.failed), ids(made.cancelled)]).toEqual([
      [early.id, late.id],
      [diverged.id],
      [failed.id],
      [cancelled.id],
    ])
  })

  it('the report of a night counts a held run as held, by the end of its last attempt', () => {
    const held = run({ state: 'held' }, { finishedAt: null })
    expect(ids(report({ runs: [held], attempts: [attempt(held.id, evening, evening + hour, 'crashed')] }).held)).toEqual([held.id])
    const { failed, ...made } = report({ runs: [held], attempts: [attempt(held.id, evening, evening + hour, 'crashed')] })
    expect(failed).toEqual([])
    expect(reportSummary({ failed, ...made })).toBe('No runs finished, none diverged, none failed and 1 is held.')
    expect(report({ runs: [held], attempts: [attempt(held.id, evening - hour, evening - 1, 'crashed')] }).held).toEqual([])
  })

  it('the report of a night compares a workspace that had no run before with nothing', () => {
    expect(report({ runs: [run({}, { queuedAt: evening })] }).before).toBeNull()
    expect(report({ runs: [run({}, { queuedAt: evening - 1 })] }).before).not.toBeNull()
    expect(report({}).before).toBeNull()
  })

  it('the report of a night names runs that crashed and went on, and not those that were lost', () => {
    const lucky = run({})
    const lost = run({ state: 'held' }, { finishedAt: null })
    const attempts = [
      attempt(lucky.id, evening, evening + 1, 'crashed'),
      attempt(lucky.id, evening + 2, evening + 3, 'crashed, forgiven'),
      attempt(lucky.id, evening + 4, evening + hour),
      attempt(lost.id, evening, evening + 9, 'crashed'),
    ]
    expect(report({ runs: [lucky, lost], attempts }).recovered).toEqual([{ run: lucky, times: 2 }])
  })

  it('the report of a night says when running runs will end, soonest first, and which have no forecast yet', () => {
    const [slow, quick, fresh] = [run({ state: 'running' }), run({ n: 5, state: 'running' }), run({ n: 7, state: 'running' })]
    const made = report({
      runs: [slow, quick, fresh, run({ n: 9, state: 'waiting' })],
      progress: [progressWith(slow.id, 2 * hour), progressWith(quick.id, hour), progressWith(fresh.id, null)],
    })
    expect(made.going.map(({ run: one, finishAt }) => [one.id, finishAt])).toEqual([
      [quick.id, morning + hour],
      [slow.id, morning + 2 * hour],
      [fresh.id, null],
    ])
    expect(made.waiting).toBe(1)
  })

  it('the report of a night compares with the same hours of the day before', () => {
    const day = 24 * hour
    const [now, then, thenFailed] = [
      run({}),
      run({ n: 5 }, { finishedAt: evening - day + hour }),
      run({ n: 7, state: 'failed' }, { finishedAt: evening - day + hour }),
    ]
    const { before } = report({
      runs: [now, then, thenFailed],
      attempts: [attempt(then.id, evening - day, evening - day + hour), attempt(now.id, evening, morning)],
    })
    expect(before).toMatchObject({ finished: 1, failed: 1, diverged: 0, use: { runMs: hour, busyMs: hour } })
  })

  it('the report of a night says of each sweep that something ended in what is best, as the mean of its seeds, and the verdict', () => {
    const runs = [
      run({ n: 3, train: 0.05, test: 0.1 }),
      run({ n: 9, train: 0.15, test: 0.2 }),
      run({ family: 'residual', n: 3, train: 0.04, test: 0.09 }),
      run({ family: 'residual', n: 9, train: 0.01, test: 0.06 }),
      run({ family: 'residual', n: 9, seed: 2, train: 0.01, test: 0.08 }),
    ]
    const other = run({ n: 5 }, { finishedAt: evening - hour })
    const [sweep, ...more] = report({
      runs: [...runs, other],
      sweeps: [
        { id: 1, name: 'deep', createdAt: 0, runIds: ids(runs), states: {} },
        { id: 2, name: 'old', createdAt: 0, runIds: [other.id], states: {} },
      ],
    }).sweeps
    expect(more).toEqual([])
    expect(sweep).toMatchObject({
      name: 'deep',
      runs: 5,
      finished: 5,
      ended: 5,
      best: { network: 'residual-56 A', runId: runs[3]!.id, testError: { count: 2 } },
    })
    expect(sweep?.best?.testError.mean).toBeCloseTo(0.07)
    expect(sweep?.verdict).toHaveLength(3)
    expect(sweep?.verdict[0]).toBe('Depth hurts the plain net: ✓ shortcut A cures it.')
    expect(sweep?.verdict[1]).toMatch(/^Depth hurts the plain net: from 20 to 56 layers/)
  })

  it('the report of a night names a new best only where nothing before was as good, in the same experiment', () => {
    const before = run({ n: 3, test: 0.1 }, { finishedAt: evening - hour })
    const better = run({ n: 5, test: 0.08 })
    const elsewhere = run({ n: 3, test: 0.3, dataset: 'shapes-10' })
    expect(
      report({ runs: [before, better, elsewhere] }).newBests.map(({ run: one, testError, previous }) => [
        one.id,
        testError,
        previous?.run.id ?? null,
      ]),
    ).toEqual([
      [better.id, 0.08, before.id],
      [elsewhere.id, 0.3, null],
    ])
    expect(report({ runs: [before, run({ n: 7, test: 0.1 })] }).newBests).toEqual([])
  })
})

describe('time at work', () => {
  it('time at work is cut to the period, and what runs side by side is busy once', () => {
    const attempts = [
      attempt(1, evening - hour, evening + hour),
      attempt(2, evening, evening + 2 * hour),
      attempt(3, evening + 3 * hour, null, null),
      attempt(4, evening - 3 * hour, evening - 2 * hour),
    ]
    expect(useWithin({ from: evening, to: evening + 4 * hour }, attempts, evening + 3.5 * hour)).toEqual({
      runMs: 3.5 * hour,
      busyMs: 2.5 * hour,
    })
  })

  it('time at work is zero where no attempt ran', () => {
    expect(useWithin(night, [], morning)).toEqual({ runMs: 0, busyMs: 0 })
  })
})
