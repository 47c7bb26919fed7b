import { z } from 'zod'
import { deviceSchema } from '../device.ts'
import { evaluationStateSchema, testSplits } from '../evaluation/evaluation.ts'
import { analysisKindSchema } from './analyses.ts'

/** An analysis of the checkpoints of one or more runs. Times are Unix milliseconds. */

/** waiting -> running -> finished | failed | cancelled, as of evaluations; an interrupted one waits again. */
export const analysisStateSchema = evaluationStateSchema
export type AnalysisState = z.infer<typeof analysisStateSchema>

/** Splits whose images can be looked at. */
export const analysedSplits = [...testSplits, 'train'] as const
export const analysedSplitSchema = z.enum(analysedSplits)
export type AnalysedSplit = z.infer<typeof analysedSplitSchema>

/** The newest or the best checkpoint of an epoch's end, or that of an epoch; 0: the weights that the run started from. */
export const analysedCheckpointSchema = z.union([z.enum(['last', 'best']), z.int().min(0).max(1_000_000)])
export type AnalysedCheckpoint = z.infer<typeof analysedCheckpointSchema>

/** One checkpoint of each run, or several: those of these epochs, or all that the run has of epochs' ends, with what it started from. */
const analysedCheckpointsSchema = z.union([
  analysedCheckpointSchema,
  z.literal('every'),
  z.array(z.int().min(0).max(1_000_000)).min(1).max(1000),
])
export type AnalysedCheckpoints = z.infer<typeof analysedCheckpointsSchema>

/** Tells whether an analysis looks at several checkpoints of each run. */
export function isOfSeveral(checkpoint: AnalysedCheckpoints): checkpoint is 'every' | number[] {
  return checkpoint === 'every' || Array.isArray(checkpoint)
}

/** Writes which checkpoints are analysed as the command line takes them: "last", "5", "0,5,10". */
export function checkpointsText(checkpoint: AnalysedCheckpoints): string {
  return Array.isArray(checkpoint) ? checkpoint.join(',') : String(checkpoint)
}

/** Reads such a text; null for any other. */
export function readCheckpoints(text: string): AnalysedCheckpoints | null {
  const parts = text.split(',').map((part) => part.trim())
  const whole = parts.every((part) => /^\d+$/.test(part))
  return analysedCheckpointsSchema.safeParse(whole ? (parts.length === 1 ? Number(text) : parts.map(Number)) : text).data ?? null
}

/** What is analysed, and how. */
const termsSchema = z.strictObject({
  kind: analysisKindSchema,
  checkpoint: analysedCheckpointsSchema.default('last'),
  split: analysedSplitSchema.default('test'),
  /** Of the kind. */
  options: z.record(z.string(), z.unknown()).default({}),
})

export const analysisRequestSchema = termsSchema.extend({
  /** The runs of one analysis, in the order in which it shows them. */
  runIds: z.array(z.int()).min(1).max(100),
  /** Whether what was analysed before is analysed again. */
  again: z.boolean().default(false),
})
export type AnalysisRequest = z.infer<typeof analysisRequestSchema>

export const analysisSchema = z.strictObject({
  id: z.int(),
  /** The run of each part of the result, in its order: with several checkpoints of a run so many times. */
  runIds: z.array(z.int()).min(1),
  ...termsSchema.required().shape,
  state: analysisStateSchema,
  /** Why it is in that state, in words; null while there is nothing to say. */
  reason: z.string().nullable(),
  /**
   * The analysed checkpoints', beside `runIds`: 1-based; 0 for initial weights and those not trained here. Of one checkpoint a run empty
   * before the start.
   */
  epochs: z.array(z.int().min(0)),
  device: deviceSchema.nullable(),
  attempt: z.int(),
  queuedAt: z.number(),
  startedAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
})
export type Analysis = z.infer<typeof analysisSchema>

/** `result`: as the kind's schema says; null until it has finished. */
export const analysisDetailsSchema = z.strictObject({ analysis: analysisSchema, result: z.unknown() })
export type AnalysisDetails = z.infer<typeof analysisDetailsSchema>

/** Progress of a running analysis. */
export const analysisProgressSchema = z.strictObject({
  analysisId: z.int(),
  /** What its worker does now, in words: "gradients". */
  phase: z.string(),
  /** Of this phase, in whatever the kind counts. */
  done: z.number().min(0),
  total: z.number().min(0),
  /** Of this phase; null before a speed is known. */
  remainingMs: z.number().nullable(),
})
export type AnalysisProgress = z.infer<typeof analysisProgressSchema>
