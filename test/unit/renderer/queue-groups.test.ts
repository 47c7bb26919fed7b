import { describe, expect, it } from 'vitest'
import { troubleWords } from '../../../src/common/report/trouble-words.ts'
import type { RunSummary } from '../../../src/common/records/records.ts'
import { queueItems } from '../../../src/renderer/src/features/queue/queue-groups.ts'
import { sampleRun } from '../../fixtures/sample-runs.ts'

const run = (sweepId: number | null): RunSummary => ({
  ...sampleRun({ family: 'plain', n: 1, train: 0, test: 0, state: 'waiting' }).summary,
  sweepId,
  sweepName: sweepId === null ? null : `sweep ${sweepId}`,
})

describe('the waiting runs', () => {
  it('waiting runs have a head wherever another sweep begins, and rows that count the heads', () => {
    const items = queueItems([run(1), run(1), run(2), run(1), run(null)])
    expect(items.map(({ head }) => head && [head.name, head.runs.length])).toEqual([
      ['sweep 1', 2],
      null,
      ['sweep 2', 1],
      ['sweep 1', 1],
      ['Of no sweep', 1],
    ])
    expect(items.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4])
    expect(items.map(({ row }) => row)).toEqual([3, 4, 6, 8, 10])
  })

  it('the waiting runs have no head where nothing waits', () => {
    expect(queueItems([])).toEqual([])
  })
})

describe('what the page tells of a run', () => {
  it('what the page tells of a run is that it crashed, failed, waits for room or is held, and nothing of its usual course', () => {
    for (const kind of ['crashed', 'failed', 'held', 'disk-full']) expect(troubleWords(kind), kind).not.toBeNull()
    for (const kind of ['queued', 'started', 'finished', 'cancelled', 'paused', 'retried', 'checkpoint'])
      expect(troubleWords(kind), kind).toBeNull()
  })
})
