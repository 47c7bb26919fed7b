import { expect, it } from 'vitest'
import { localPlace } from '../../../../../src/common/places/place.ts'
import { JobForecasts } from '../../../../../src/main/engine/queue/job-forecasts.ts'
import { emptySlot, type OccupiedSlot } from '../../../../../src/main/engine/machine/slot.ts'
import { Store } from '../../../../../src/main/store/store.ts'
import { newRun } from '../../../../support/new-run.ts'

const device = { kind: 'cpu', name: 'Some CPU', threads: 2, precision: 'fp32' } as const

/** Two tests of one run, the first of which runs. */
function twoTests() {
  const store = new Store(':memory:')
  const ids = store.write('power-cut', () => {
    const runId = store.runs.insert(newRun())
    const { multiplyAdds } = store.runs.get(runId)
    store.speeds.record(device, { multiplyAdds, batchSize: 100, imagesPerSecond: 100, startMs: 2000, source: 'epochs' }, 1)
    const terms = { checkpoint: 'last', split: 'test', protocol: '10-crop', batchStatistics: 'moving' } as const
    const cost = { memoryBytes: 1e9, work: 4000 * multiplyAdds, queuedAt: 1 }
    return [1, 2].map(() => store.evaluations.insert({ ...terms, ...cost, members: [{ runId, memberId: null }] }))
  })
  const occupied: OccupiedSlot = { ...emptySlot, evaluationId: ids[0]!, slot: { device, gpu: null }, memoryToCome: 0 }
  const forecasts = new JobForecasts(store, [
    { rows: store.evaluations, runner: { occupied: [occupied] }, idIn: ({ evaluationId }) => evaluationId },
  ])
  return { store, ids, occupied, forecasts }
}

it('Tests that run or wait have their time, the running one first and less what it has run', () => {
  const { store, ids, occupied, forecasts } = twoTests()
  expect(forecasts.waiting).toBe(2)
  const now = Date.now() - 5000
  store.write('power-cut', () => store.evaluations.start(ids[0]!, { device, epoch: 1, checkpointSha256: 'a'.repeat(64), now }))
  expect(forecasts.waiting).toBe(1)
  const [running, waiting] = forecasts.remaining([{ device, occupied }], device)
  // 4000 forward passes at a quarter of a training step's time each, and the start.
  expect(waiting).toMatchObject({ runId: null, slot: null })
  const [ofRunning, ofWaiting] = [running, waiting].map((work) => work!.estimates.get(localPlace)!.ms)
  expect(ofWaiting).toBeCloseTo(12_000, -3)
  expect(running).toMatchObject({ runId: null, slot: 0 })
  expect(ofRunning).toBeLessThanOrEqual(ofWaiting! - 5000)
})

it('Tests of which no speed is known have none', () => {
  const { forecasts } = twoTests()
  const unknown = { ...device, name: 'Another CPU' }
  expect(forecasts.remaining([], unknown)).toEqual([null, null])
})
