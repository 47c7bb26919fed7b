import { z } from 'zod'
import { metricSchema } from './metrics.ts'
import { batchStatisticsSchema, protocolSchema } from './protocols.ts'
import { splitSchema } from './splits.ts'

/** Which state of a run's network a result is of: `last` is the one that papers report, `best` that of the lowest test error. */
export const resultCheckpoints = ['last', 'best'] as const
export const resultCheckpointSchema = z.enum(resultCheckpoints)
export type ResultCheckpoint = z.infer<typeof resultCheckpointSchema>

/** One measured value of a run. */
export const resultRowSchema = z.strictObject({
  checkpoint: resultCheckpointSchema,
  /** The checkpoint's, 1-based; 0 where it was not trained here. */
  epoch: z.int().min(0),
  split: splitSchema,
  protocol: protocolSchema,
  /** What BN normalised by; null for training steps, which it normalises by their own batches. */
  batchStatistics: batchStatisticsSchema.nullable(),
  metric: metricSchema,
  /** In the metric's unit. */
  value: z.number(),
  /** The evaluation that measured it; null for what is measured after each epoch. */
  evaluationId: z.int().nullable(),
})
export type ResultRow = z.infer<typeof resultRowSchema>
