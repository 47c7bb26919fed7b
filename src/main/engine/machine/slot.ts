import type { Device, Precision } from '../../../common/device.ts'

/** Hardware that runs may use. With GPUs, runs train on GPUs only. */
export interface Machine {
  readonly cpuName: string
  readonly cores: number
  readonly cpuPrecision: Precision
  /** Workers side by side on the CPU, when a person says so. */
  readonly cpuSlots?: number | null
  readonly gpus: readonly { readonly name: string; readonly precision: Precision }[]
}

export interface Slot {
  readonly device: Device
  /** Index of the GPU; null on the CPU. */
  readonly gpu: number | null
  /** Place that it is at; left out for this machine. */
  readonly place?: string
}

/** What may be in a slot: one of these, or nothing. */
export const emptySlot = { runId: null, evaluationId: null, analysisId: null } as const

/** A slot with the run, the evaluation or the analysis that is in it. */
export interface OccupiedSlot {
  readonly runId: number | null
  readonly evaluationId: number | null
  readonly analysisId: number | null
  readonly slot: Slot
  /** Estimated peak that its worker has not taken yet, in bytes. */
  readonly memoryToCome: number
}
