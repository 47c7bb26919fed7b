import { describe, expect, it } from 'vitest'
import { isOver, sweepOutcome } from '../../../../src/common/report/sweep-outcome.ts'
import type { RunState } from '../../../../src/common/records/records.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const run = (family: 'plain' | 'residual', n: number, train: number, state: RunState = 'finished') =>
  sampleRun({ family, n, train, test: train + 0.02, state }).summary

describe('the outcome of a sweep', () => {
  it('the outcome of a sweep counts what finished and how the others ended, and answers the question in a line', () => {
    const runs = [run('plain', 3, 0.05), run('plain', 9, 0.15), run('residual', 3, 0.04), run('residual', 9, 0.01)]
    const outcome = sweepOutcome(runs)
    expect(outcome.counts).toBe('4 of 4 finished')
    expect(outcome.answer?.headline).toBe('Depth hurts the plain net: ✓ shortcut A cures it.')
    expect(outcome.answer?.numbers).toMatch(/^Depth hurts the plain net: from 20 to 56 layers/)
    expect(outcome.trainedMs).toBe(240_000)
    expect(sweepOutcome([...runs, run('plain', 5, 0.1, 'held'), run('plain', 7, 0.1, 'diverged')]).counts).toBe(
      '4 of 6 finished, 1 diverged, 1 held',
    )
  })

  it('the outcome of a sweep has no answer for one network alone or where nothing finished', () => {
    expect(sweepOutcome([run('residual', 3, 0.05)]).answer).toBeNull()
    expect(sweepOutcome([run('plain', 3, 0.05, 'failed'), run('plain', 9, 0.05, 'failed')]).answer).toBeNull()
  })

  it('the outcome of a sweep is there when nothing trains or waits any more', () => {
    expect(isOver([])).toBe(false)
    expect(isOver([{ state: 'finished' }, { state: 'held' }, { state: 'cancelled' }])).toBe(true)
    for (const state of ['waiting', 'paused', 'running', 'interrupted'] as const)
      expect(isOver([{ state: 'finished' }, { state }]), state).toBe(false)
  })
})
