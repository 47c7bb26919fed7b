import { precisionChoiceSchema, precisionSchema } from '../device.ts'
import { z } from 'zod'

/**
 * What a person decides about this workspace's machine; null and `auto` leave it to the engine. Runs that train already keep what they
 * have.
 */
export const engineSettingsSchema = z.strictObject({
  /** auto: GPUs with CUDA where there are any. */
  device: z.enum(['auto', 'cpu']),
  /** Precision of runs whose recipe says `auto`. */
  precision: precisionChoiceSchema,
  /** CPU cores that runs may use together. */
  threads: z.int().min(1).max(4096).nullable(),
  /** Runs side by side on the CPU. */
  cpuSlots: z.int().min(1).max(1024).nullable(),
  /** Bytes that the workspace may take before its status warns; nothing is ever deleted because of it. Null: no limit. */
  diskBudgetBytes: z.int().min(1_000_000).max(1e15).nullable(),
})
export type EngineSettings = z.infer<typeof engineSettingsSchema>

/** As they are stored: those of an earlier version lack what came later. */
export const storedEngineSettingsSchema = engineSettingsSchema.extend({
  diskBudgetBytes: engineSettingsSchema.shape.diskBudgetBytes.default(null),
})

export const defaultEngineSettings: EngineSettings = {
  device: 'auto',
  precision: 'auto',
  threads: null,
  cpuSlots: null,
  diskBudgetBytes: null,
}

export const engineSettingsReplySchema = z.strictObject({
  settings: engineSettingsSchema,
  /** What there is to choose from. */
  hardware: z.strictObject({
    cpu: z.string(),
    cores: z.int(),
    gpus: z.array(z.string()),
    precision: precisionSchema,
    /** Main memory in all, of the machine or of the container that this is. */
    memoryBytes: z.number(),
  }),
})
export type EngineSettingsReply = z.infer<typeof engineSettingsReplySchema>
