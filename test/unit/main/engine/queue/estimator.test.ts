import { beforeEach, expect, it } from 'vitest'
import type { Device } from '../../../../../src/common/device.ts'
import { measuredAt } from '../../../../../src/common/places/device-at.ts'
import { Estimator, type PlannedSlot, type WaitingWork } from '../../../../../src/main/engine/queue/estimator.ts'
import { Store } from '../../../../../src/main/store/store.ts'

const here: Device = { kind: 'cpu', name: 'Some CPU', threads: 1, precision: 'fp32' }
const node: Device = { kind: 'cpu', name: 'node', threads: 1, precision: 'fp32' }
const slots: readonly PlannedSlot[] = [
  { device: here, runId: null, occupied: null, job: null },
  { device: node, runId: null, occupied: null, place: 'cluster', job: { limitMs: 600_000, trainMs: 500_000 } },
]
const work: WaitingWork = { multiplyAdds: 4e7, batchSize: 128, precision: 'auto', pinned: null, images: 1_000_000 }
let store: Store

function measured(device: Device, imagesPerSecond: number): void {
  const { multiplyAdds, batchSize } = work
  const speed = { multiplyAdds, batchSize, imagesPerSecond, startMs: 10_000, source: 'epochs' as const }
  store.write('program-crash', () => store.speeds.record(device, speed, 0))
}
const estimates = (bound: string | null = null, changes: Partial<WaitingWork> = {}) =>
  new Estimator(store, here).waiting({ ...work, ...changes }, slots, bound)

beforeEach(() => {
  store = new Store(':memory:')
})

it('nothing is estimated while no speed is known', () => {
  expect(estimates()).toBeNull()
})

it('a place where nothing was measured yet is taken for as fast as this machine, and less sure', () => {
  measured(here, 1000)
  const found = estimates()!
  expect(found.get('here')).toMatchObject({ distance: 0, jobs: 1 })
  expect(found.get('cluster')!.distance).toBeGreaterThan(1)
})

it('speeds are learned for each place, whichever of its nodes a run got', () => {
  measured(here, 1000)
  measured(measuredAt({ ...node, name: 'Xeon of node 7' }, 'cluster'), 4000)
  const found = estimates()!
  expect(found.get('cluster')).toMatchObject({ distance: 0, jobs: 1 })
  expect(found.get('here')!.ms / found.get('cluster')!.ms).toBeGreaterThan(3.5)
})

it('a run that is longer than a job of its place takes several', () => {
  measured(measuredAt(node, 'cluster'), 1000)
  // 1,010 s in all, of which a job trains 490.
  expect(estimates('cluster')!.get('cluster')).toMatchObject({ jobs: 3 })
})

it('a bound run is estimated at its place alone, and nowhere when the place has no slot', () => {
  measured(here, 1000)
  expect([...estimates('cluster')!.keys()]).toEqual(['cluster'])
  expect([...estimates('gone')!.keys()]).toEqual([])
})

it('a run that goes on elsewhere is estimated with the threads that it keeps', () => {
  measured(here, 1000)
  const pinned = { kind: 'cpu', threads: 2, precision: 'fp32' } as const
  expect(estimates('here')!.get('here')!.ms / estimates('here', { pinned })!.get('here')!.ms).toBeGreaterThan(1.5)
})
