import { describe, expect, it } from 'vitest'
import { plannedSlots, type Schedulable, schedule, type SchedulerInput } from '../../../../../src/main/engine/machine/scheduler.ts'
import type { Machine, OccupiedSlot } from '../../../../../src/main/engine/machine/slot.ts'

const cpu = (cores: number): Machine => ({ cpuName: 'CPU', cores, cpuPrecision: 'bf16', gpus: [] })
const gpus: Machine = {
  ...cpu(8),
  gpus: [
    { name: 'H200', precision: 'bf16' },
    { name: 'P100', precision: 'fp32' },
  ],
}
type Run = Schedulable & { readonly runId: number }
const run = (runId: number, changes: Partial<Schedulable> = {}): Run => ({
  runId,
  memoryBytes: 1e9,
  precision: 'auto',
  pinned: null,
  ...changes,
})
const busy = (runId: number, threads: number, gpu: number | null = null, memoryToCome = 0): OccupiedSlot => ({
  runId,
  evaluationId: null,
  analysisId: null,
  memoryToCome,
  slot: { gpu, device: { kind: gpu === null ? 'cpu' : 'cuda', name: 'x', threads, precision: 'fp32' } },
})
const starts = (input: Partial<SchedulerInput<Run>>) =>
  schedule({ candidates: [], occupied: [], machine: cpu(2), freeMemoryBytes: 64e9, cpuSlots: null, ...input }).map(
    ({ candidate, slot }) => ({ runId: candidate.runId, threads: slot.device.threads, gpu: slot.gpu }),
  )

describe('on a CPU', () => {
  it('a single run gets all cores', () => {
    expect(starts({ candidates: [run(1)], machine: cpu(8) })).toEqual([{ runId: 1, threads: 8, gpu: null }])
  })

  it('a long queue gets one single-threaded worker for each core, in the order of the queue', () => {
    expect(starts({ candidates: [run(7), run(3), run(5)] })).toEqual([
      { runId: 7, threads: 1, gpu: null },
      { runId: 3, threads: 1, gpu: null },
    ])
  })

  it('two runs on eight cores share them', () => {
    expect(starts({ candidates: [run(1), run(2)], machine: cpu(8) }).map(({ threads }) => threads)).toEqual([4, 4])
  })

  it('cores are never given away twice', () => {
    expect(starts({ candidates: [run(2)], occupied: [busy(1, 2)] })).toEqual([])
    expect(starts({ candidates: [run(2)], occupied: [busy(1, 1)] })).toEqual([{ runId: 2, threads: 1, gpu: null }])
  })

  it('a number of workers that was measured or asked for overrides the sharing', () => {
    expect(starts({ candidates: [run(1), run(2), run(3)], machine: cpu(8), cpuSlots: 2 }).map(({ threads }) => threads)).toEqual([4, 4])
    expect(starts({ candidates: [run(1), run(2)], cpuSlots: 1 })).toEqual([{ runId: 1, threads: 2, gpu: null }])
  })

  it('a run that goes on keeps its threads and precision, and waits for cores if need be', () => {
    const pinned = run(1, { pinned: { kind: 'cpu', name: 'CPU', threads: 2, precision: 'fp32' } })
    const [start] = schedule({ candidates: [pinned, run(2)], occupied: [], machine: cpu(2), freeMemoryBytes: 64e9, cpuSlots: null })
    expect(start?.slot.device).toMatchObject({ threads: 2, precision: 'fp32' })
    expect(starts({ candidates: [pinned], occupied: [busy(9, 1)] })).toEqual([])
  })

  it('a run that goes on from a machine with more cores takes what there is', () => {
    expect(starts({ candidates: [run(1, { pinned: { kind: 'cpu', name: 'big', threads: 64, precision: 'bf16' } })] })).toEqual([
      { runId: 1, threads: 2, gpu: null },
    ])
  })

  it('the recipe’s precision wins over the machine’s', () => {
    const [start] = schedule({
      candidates: [run(1, { precision: 'fp32' })],
      occupied: [],
      machine: cpu(1),
      freeMemoryBytes: 64e9,
      cpuSlots: null,
    })
    expect(start?.slot.device.precision).toBe('fp32')
  })
})

describe('memory', () => {
  it('the check of memory keeps a second worker from starting when its estimate exceeds what is free', () => {
    expect(starts({ candidates: [run(1), run(2)], freeMemoryBytes: 1.5e9 }).map(({ runId }) => runId)).toEqual([1])
  })

  it('the check of memory counts what running workers will still take', () => {
    expect(starts({ candidates: [run(2)], occupied: [busy(1, 1, null, 3e9)], freeMemoryBytes: 3.5e9 })).toEqual([])
  })

  it('the check of memory does not keep a run from starting alone: the estimate may be wrong', () => {
    expect(starts({ candidates: [run(1)], freeMemoryBytes: 1e6 })).toHaveLength(1)
  })

  it('the check of memory lets no smaller run overtake one that waits for memory', () => {
    expect(
      starts({ candidates: [run(1, { memoryBytes: 9e9 }), run(2, { memoryBytes: 1e6 })], occupied: [busy(3, 1)], freeMemoryBytes: 4e9 }),
    ).toEqual([])
  })
})

describe('on GPUs', () => {
  it('each GPU takes one run, in the precision that it is good at, and the CPU none', () => {
    const started = schedule({ candidates: [run(1), run(2), run(3)], occupied: [], machine: gpus, freeMemoryBytes: 64e9, cpuSlots: null })
    expect(started.map(({ candidate, slot }) => [candidate.runId, slot.gpu, slot.device.precision])).toEqual([
      [1, 0, 'bf16'],
      [2, 1, 'fp32'],
    ])
  })

  it('a busy GPU is passed over', () => {
    expect(starts({ candidates: [run(3)], occupied: [busy(1, 1, 0)], machine: gpus })).toEqual([{ runId: 3, threads: 1, gpu: 1 }])
  })
})

it('a forecast packs as many slots as the queue would get', () => {
  expect(plannedSlots(cpu(4), 1, null).map(({ device }) => device.threads)).toEqual([4])
  expect(plannedSlots(cpu(4), 9, null).map(({ device }) => device.threads)).toEqual([1, 1, 1, 1])
})
