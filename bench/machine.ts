import { cpus, loadavg, platform, release } from 'node:os'
import { instructionSets, usableMemoryBytes } from '../src/main/worker/machine/environment.ts'

/** What a reader must know of the machine to judge the figures. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly instructionSets: readonly string[]
  readonly memoryBytes: number
  readonly system: string
  readonly node: string
  /** Over the last minute before the first measurement; above 0.5 something else was running. */
  readonly loadAverage: number
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    instructionSets: instructionSets(),
    memoryBytes: usableMemoryBytes(),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    loadAverage: loadavg()[0]!,
  }
}

export function machineText(machine: Machine): string {
  const gigabytes = (machine.memoryBytes / 1e9).toFixed(0)
  const busy = machine.loadAverage > 0.5 ? ' (something else was running: figures are rough)' : ''
  return (
    `${machine.cpu}, ${machine.cores} cores, ${machine.instructionSets.join(' ')}, ${gigabytes} GB, ${machine.system}, ` +
    `Node ${machine.node}, load ${machine.loadAverage.toFixed(2)}${busy}`
  )
}
