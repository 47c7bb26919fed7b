import { z } from 'zod'

/** Arithmetic of activations and convolutions; weights, statistics and loss are fp32 in both. */
const precisions = ['fp32', 'bf16'] as const
export const precisionSchema = z.enum(precisions)
export type Precision = z.infer<typeof precisionSchema>

/** What a recipe or a setting may ask for; `auto` takes the fastest that the device computes well. */
export const precisionChoiceSchema = z.enum(['auto', ...precisions])
export type PrecisionChoice = z.infer<typeof precisionChoiceSchema>

export const deviceKindSchema = z.enum(['cpu', 'cuda'])

/** Where a run trains or trained. */
export const deviceSchema = z.strictObject({
  kind: deviceKindSchema,
  name: z.string(),
  /** Threads that the run may use. */
  threads: z.int().min(1),
  precision: precisionSchema,
})
export type Device = z.infer<typeof deviceSchema>
