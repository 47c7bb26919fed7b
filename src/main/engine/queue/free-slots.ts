import type { Device } from '../../../common/device.ts'
import type { EngineStatus } from '../../../common/records/records.ts'
import { emptySlot, type Machine, type Slot } from '../machine/slot.ts'

/** Lists what of the machine neither a run nor an evaluation nor an analysis uses: each free GPU, or the free cores of the CPU together. */
export function freeSlots({ gpus, cores, cpuName, cpuPrecision }: Machine, occupied: readonly Slot[]): EngineStatus['slots'] {
  if (gpus.length > 0) {
    return gpus.flatMap(({ name, precision }, index) =>
      occupied.some((slot) => slot.gpu === index) ? [] : [free({ kind: 'cuda', name, threads: 1, precision })],
    )
  }
  const threads = cores - occupied.reduce((sum, { device }) => sum + device.threads, 0)
  return threads > 0 ? [free({ kind: 'cpu', name: cpuName, threads, precision: cpuPrecision })] : []
}

const free = (device: Device): EngineStatus['slots'][number] => ({ device, ...emptySlot })
