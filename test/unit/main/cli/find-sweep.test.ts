import { describe, expect, it } from 'vitest'
import type { EngineClient } from '../../../../src/common/rpc/contract.ts'
import type { SweepSummary } from '../../../../src/common/records/records.ts'
import { foundText } from '../../../../src/main/cli/open-sweep.ts'
import { findSweep } from '../../../../src/main/cli/run-filter.ts'

type Listed = Pick<SweepSummary, 'id' | 'name'>

/** An engine that only lists sweeps. */
function engineWith(...sweeps: Listed[]): EngineClient {
  return { call: () => Promise.resolve(sweeps as never), on: () => () => undefined, onClose: () => () => undefined, close: () => undefined }
}

describe('a sweep in an argument', () => {
  const engine = engineWith({ id: 1, name: 'night' }, { id: 2, name: 'night' }, { id: 5, name: '2' }, { id: 6, name: '9' })

  it.each([
    ['1', 1],
    ['2', 2],
    ['02', 2],
    ['night', 2],
  ])('"%s" is sweep %i: digits are its number, else it is the newest of that name', async (wanted, id) => {
    expect(await findSweep(engine, wanted)).toBe(id)
  })

  it('a sweep in an argument of a number that is only a name is told with the number that is meant', async () => {
    await expect(findSweep(engine, '9')).rejects.toThrow('There is no sweep number 9; the sweep of the name "9" is number 6: write 6.')
  })
})

describe('the same sweep queued again', () => {
  it('the same sweep queued again is told as running when another terminal runs it, as stopped only when it was', () => {
    const sweep = { id: 3, name: 'night' }
    expect(foundText({ ...sweep, states: { finished: 1, running: 1, waiting: 2 } }, false)).toBe(
      'Following sweep 3 "night", which is in the queue already (1 training, 2 waiting); --again queues it once more.',
    )
    expect(foundText({ ...sweep, states: { paused: 1, waiting: 2 } }, false)).toBe(
      'Going on with sweep 3 "night", which was stopped before its end.',
    )
    expect(foundText({ ...sweep, states: { running: 1 } }, true)).toContain('which was stopped before its end')
  })
})
