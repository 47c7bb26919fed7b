import { z } from 'zod'
import { metricSchema } from './metrics.ts'
import { protocolSchema } from './protocols.ts'
import { splitSchema } from './splits.ts'

/** Which state of a run's network a result is of: `last` is the one that papers report, `best` that of the lowest test error. */
export const resultCheckpoints = ['last', 'best'] as const
export const resultCheckpointSchema = z.enum(resultCheckpoints)
export type ResultCheckpoint = z.infer<typeof resultCheckpointSchema>

/** One measured value of a run. */
export const resultRowSchema = z.strictObject({
  checkpoint: resultCheckpointSchema,
  /** The checkpoint's, 1-based. */
  epoch: z.int().min(1),
  split: splitSchema,
  protocol: protocolSchema,
  metric: metricSchema,
  /** In the metric's unit. */
  value: z.number(),
})
export type ResultRow = z.infer<typeof resultRowSchema>
