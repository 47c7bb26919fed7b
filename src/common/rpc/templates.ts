import { z } from 'zod'
import { sweepSchema } from '../sweep/sweep.ts'

export const templateNameSchema = z.string().trim().min(1).max(80)

/** A sweep that a person kept to start from. */
export const templateSchema = z.strictObject({
  id: z.int(),
  name: templateNameSchema,
  sweep: sweepSchema,
  createdAt: z.number(),
})
export type Template = z.infer<typeof templateSchema>
