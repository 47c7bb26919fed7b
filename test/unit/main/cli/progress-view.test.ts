import { describe, expect, it, vi } from 'vitest'
import type { EngineStatus, RunProgress } from '../../../../src/common/records/records.ts'
import { createProgressView, liveLines } from '../../../../src/main/cli/progress-view.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const now = Date.UTC(2026, 0, 1, 12)
const running = sampleRun({ family: 'residual', n: 9, train: 0.1, test: 0.15, state: 'running' }).summary
const finished = sampleRun({ family: 'plain', n: 3, train: 0.1, test: 0.15 }).summary
const waiting = sampleRun({ family: 'plain', n: 9, train: 0.1, test: 0.15, state: 'waiting' }).summary
const progress: RunProgress = {
  runId: running.id,
  epoch: 12,
  step: 4000,
  totalSteps: 10_530,
  loss: 0.4321,
  trainError: 0.1234,
  learningRate: 0.1,
  imagesPerSecond: 743.2,
  phase: 'training',
  remainingMs: 125_000,
  memoryBytes: 5e8,
}
const forecast = { finishAt: now + 3_600_000, earliestAt: now, latestAt: now }
// The view reads these three.
const status = { paused: false, closedUntil: null, forecast } as EngineStatus

describe('live lines', () => {
  it('live lines show a running run’s epoch, loss, errors, speed and rest, and the sweep’s', () => {
    const lines = liveLines({ ordered: [finished, running, waiting], progress: new Map([[running.id, progress]]), status }, now)
    expect(lines).toHaveLength(2)
    for (const text of [
      'residual-56 A, seed 1',
      'epoch 12/30',
      'loss 0.432',
      'train 12.34 %',
      'test 15.00 %',
      '743 images/s',
      '2 min 05 s left',
    ])
      expect(lines[0]).toContain(text)
    for (const text of ['1 of 3 runs finished', '1 waiting', '1 h 00 min left']) expect(lines[1]).toContain(text)
  })

  it('live lines say NaN where the loss is not a number', () => {
    const [line] = liveLines({ ordered: [running], progress: new Map([[running.id, { ...progress, loss: null }]]), status }, now)
    expect(line).toContain('loss NaN')
  })

  it('live lines cannot be used to drive the terminal', () => {
    const evil = { ...running, name: 'x\u001b[2Jy' }
    expect(liveLines({ ordered: [evil], progress: new Map([[running.id, progress]]), status }, now).join('')).not.toContain('\u001b')
  })
})

describe('plain lines', () => {
  it('plain lines say once why no run starts, and when nothing keeps them any more', () => {
    const notes: string[] = []
    const output = { json: false, text: vi.fn(), value: vi.fn(), note: (text: string) => notes.push(text) }
    const { listener } = createProgressView(output)
    const change = (more: Partial<EngineStatus>) => listener.status?.({ ...status, diskFull: false, ...more })
    change({})
    expect(notes).toEqual([])
    for (const more of [
      { paused: true },
      { paused: true, waiting: 3 },
      {},
      { closedUntil: now + 3_600_000 },
      { closedUntil: now + 3_600_000, diskFull: true },
      {},
    ])
      change(more)
    expect(notes.map((note) => note.split(':')[0])).toEqual([
      'The queue is paused',
      'Nothing keeps runs from starting any more.',
      'Outside the training hours',
      'The workspace’s disk is full',
      'Nothing keeps runs from starting any more.',
    ])
  })
})
