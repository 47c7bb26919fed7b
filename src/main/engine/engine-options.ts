import type { Workspace } from '../workspace/workspace.ts'
import type { Machine, Slot } from './machine/slot.ts'

export interface EngineOptions {
  readonly workspace: string
  /** Version of the program, as shown to people. */
  readonly version: string
  readonly workerScript: string
  readonly workerEnvironment: (slot: Slot) => NodeJS.ProcessEnv
  /** Time without clients and without anything to do after which the engine ends by itself. */
  readonly idleExitMs: number
  /** Workers side by side on the CPU; null leaves it to the scheduler. */
  readonly cpuSlots: number | null
  /** Time in which a person can object before the machine is put to sleep or the engine quits. */
  readonly noticeMs?: number
  /** How often clients hear of the status while runs train or wait, changed or not: forecasts move with the clock. */
  readonly statusMs?: number
  readonly machine?: Machine
  /** Called when this process holds the workspace's lock, before anything is begun in it. */
  readonly onLocked?: (workspace: Workspace) => void
}
