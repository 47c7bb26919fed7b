import type { Workspace } from '../workspace/workspace.ts'
import type { Machine, Slot } from './machine/slot.ts'

export interface EngineOptions {
  readonly workspace: string
  /** Of the program, as shown to people. */
  readonly version: string
  readonly workerScript: string
  readonly workerEnvironment: (slot: Slot) => NodeJS.ProcessEnv
  /** The engine ends by itself after so long without clients and without anything to do. */
  readonly idleExitMs: number
  /** Workers side by side on the CPU; null leaves it to the scheduler. */
  readonly cpuSlots: number | null
  /** Time in which somebody can object before the machine is put to sleep or the engine quits. */
  readonly noticeMs?: number
  /** So often clients hear of the status while runs train or wait, changed or not: forecasts move with the clock. */
  readonly statusMs?: number
  readonly machine?: Machine
  /** The workspace is this process's alone, and nothing was begun in it yet. */
  readonly onLocked?: (workspace: Workspace) => void
}
