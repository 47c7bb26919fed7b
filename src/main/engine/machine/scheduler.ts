import type { Device, Precision, PrecisionChoice } from '../../../common/device.ts'
import type { Machine, OccupiedSlot, Slot } from './slot.ts'

/** A run, an evaluation or an analysis that takes a slot. */
export interface Schedulable {
  readonly memoryBytes: number
  readonly precision: PrecisionChoice
  /** Device of an attempt that this one goes on from: threads and precision stay, so that the numbers do. */
  readonly pinned: Device | null
}

export interface SchedulerInput<Candidate extends Schedulable> {
  /** What may start now, first come first served. */
  readonly candidates: readonly Candidate[]
  readonly occupied: readonly OccupiedSlot[]
  readonly machine: Machine
  readonly freeMemoryBytes: number
  /** Workers side by side on the CPU, when whoever started the engine says so; null decides by the queue. */
  readonly cpuSlots: number | null
}

/**
 * Chooses which runs, evaluations and analyses start now and where. On the CPU the cores are shared out among the runs there are:
 * one worker a core when the queue is long, all cores for a single run. This follows the bench (docs/numbers.md), where processes of one
 * thread each together do 1.17 to 1.26 times what one process does with all threads; a machine's own speeds serve forecasts only.
 * One run for each GPU.
 * A run that does not fit into memory beside others waits, and those behind it wait with it, so that a large one is not starved.
 */
export function schedule<Candidate extends Schedulable>(input: SchedulerInput<Candidate>): { candidate: Candidate; slot: Slot }[] {
  const starts: { candidate: Candidate; slot: Slot }[] = []
  const occupied = input.occupied.map(({ slot }) => slot)
  let free = input.freeMemoryBytes - input.occupied.reduce((sum, { memoryToCome }) => sum + memoryToCome, 0)
  for (const [index, candidate] of input.candidates.entries()) {
    if (occupied.length > 0 && candidate.memoryBytes > free) break
    const slot = freeSlot(candidate, occupied, input.candidates.length - index, input)
    if (!slot) break
    starts.push({ candidate, slot })
    occupied.push(slot)
    free -= candidate.memoryBytes
  }
  return starts
}

function freeSlot(
  run: Schedulable,
  occupied: readonly Slot[],
  waiting: number,
  { machine, cpuSlots }: Pick<SchedulerInput<Schedulable>, 'machine' | 'cpuSlots'>,
): Slot | null {
  if (machine.gpus.length > 0) {
    const gpu = machine.gpus.findIndex((_, index) => !occupied.some((slot) => slot.gpu === index))
    const chosen = machine.gpus[gpu]
    if (!chosen) return null
    return { gpu, device: { kind: 'cuda', name: chosen.name, threads: 1, precision: precisionOf(run, chosen.precision) } }
  }
  const free = machine.cores - occupied.reduce((sum, slot) => sum + slot.device.threads, 0)
  if (free < 1) return null
  const device = (threads: number): Slot => ({
    gpu: null,
    device: { kind: 'cpu', name: machine.cpuName, threads, precision: precisionOf(run, machine.cpuPrecision) },
  })
  if (run.pinned?.kind === 'cpu' && run.pinned.threads <= machine.cores) {
    return run.pinned.threads <= free ? device(run.pinned.threads) : null
  }
  const slots = cpuSlots ?? machine.cpuSlots ?? occupied.length + waiting
  const share = Math.max(1, Math.floor(machine.cores / Math.max(1, Math.min(slots, machine.cores))))
  return occupied.length >= Math.max(1, slots) ? null : device(Math.min(share, free))
}

function precisionOf(run: Schedulable, best: Precision): Precision {
  if (run.precision !== 'auto') return run.precision
  return run.pinned?.precision ?? best
}

/** Gives the slots that `waiting` fresh runs would get, for forecasts. */
export function plannedSlots(machine: Machine, waiting: number, cpuSlots: number | null): Slot[] {
  const fresh: Schedulable = { memoryBytes: 0, precision: 'auto', pinned: null }
  const candidates = Array<Schedulable>(Math.max(1, waiting)).fill(fresh)
  return schedule({ candidates, occupied: [], machine, freeMemoryBytes: Infinity, cpuSlots }).map(({ slot }) => slot)
}
