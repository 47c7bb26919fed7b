import type { EngineStatus } from '../../../common/records/records.ts'
import type { Machine, Slot } from '../machine/slot.ts'

/** Lists what of the machine no run uses: each free GPU, or the free cores of the CPU together. */
export function freeSlots({ gpus, cores, cpuName, cpuPrecision }: Machine, occupied: readonly Slot[]): EngineStatus['slots'] {
  if (gpus.length > 0) {
    return gpus.flatMap(({ name, precision }, index) =>
      occupied.some((slot) => slot.gpu === index) ? [] : [{ device: { kind: 'cuda' as const, name, threads: 1, precision }, runId: null }],
    )
  }
  const free = cores - occupied.reduce((sum, { device }) => sum + device.threads, 0)
  return free > 0 ? [{ device: { kind: 'cpu', name: cpuName, threads: free, precision: cpuPrecision }, runId: null }] : []
}
