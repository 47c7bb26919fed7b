import { z } from 'zod'
import { deviceSchema } from '../device.ts'
import { confusionCountSchema } from '../results/confusion.ts'
import { splitResultSchema } from '../results/metrics.ts'
import { batchStatisticsSchema, testProtocolSchema } from '../results/protocols.ts'
import { resultCheckpointSchema } from '../results/result-row.ts'
import { calibrationSchema } from './calibration.ts'
import { wrongImageSchema } from './wrong-images.ts'

/** A test of a run's checkpoint, or of several runs as an ensemble, under one protocol. Times are Unix milliseconds. */

/** waiting -> running -> finished | failed | cancelled; an interrupted one waits again. */
export const evaluationStates = ['waiting', 'running', 'finished', 'failed', 'cancelled'] as const
export const evaluationStateSchema = z.enum(evaluationStates)
export type EvaluationState = z.infer<typeof evaluationStateSchema>

/** Splits that can be tested on. */
export const testSplits = ['test', 'validation'] as const
export const testSplitSchema = z.enum(testSplits)
export type TestSplit = z.infer<typeof testSplitSchema>

/** How runs are tested: equal for all that one request asks for, but for the protocol. */
const termsSchema = z.strictObject({
  /** `last`, or `best`: the lowest validation error, or test error of a run that validates on nothing. */
  checkpoint: resultCheckpointSchema.default('last'),
  split: testSplitSchema.default('test'),
  batchStatistics: batchStatisticsSchema.default('moving'),
})

/** Runs and protocols: each pair is an evaluation of its own. */
export const evaluationRequestSchema = termsSchema.extend({
  runIds: z.array(z.int()).min(1).max(1000),
  protocols: z.array(testProtocolSchema).min(1).default(['single-view']),
  /** Whether the runs are tested together, too: scores averaged, one ensemble for each protocol. Takes two runs and more. */
  ensemble: z.boolean().default(false),
  /** Whether what was tested before is tested again. */
  again: z.boolean().default(false),
})
export type EvaluationRequest = z.infer<typeof evaluationRequestSchema>

export const evaluationSchema = z.strictObject({
  id: z.int(),
  /** Several: an ensemble. */
  runIds: z.array(z.int()).min(1),
  /** Of an ensemble, in the order of its runs: evaluations whose scores it averages. */
  memberIds: z.array(z.int()),
  ...termsSchema.required().shape,
  protocol: testProtocolSchema,
  /** In how many ways each image is seen. */
  views: z.int().min(1),
  state: evaluationStateSchema,
  /** Why it is in that state, in words; null while there is nothing to say. */
  reason: z.string().nullable(),
  /** The tested checkpoint's, 1-based; 0 where it was not trained here; null before the start and of an ensemble. */
  epoch: z.int().min(0).nullable(),
  /** Null until it has finished. */
  results: splitResultSchema.nullable(),
  images: z.int().min(1).nullable(),
  device: deviceSchema.nullable(),
  attempt: z.int(),
  /** Size of its scores on the disk; 0 without them. */
  bytes: z.number(),
  queuedAt: z.number(),
  startedAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
})
export type Evaluation = z.infer<typeof evaluationSchema>

/** What an evaluation's worker does now. */
export const evaluationPhases = ['starting', 'batch-statistics', 'scoring'] as const

/** Progress of a running evaluation. */
export const evaluationProgressSchema = z.strictObject({
  evaluationId: z.int(),
  phase: z.enum(evaluationPhases),
  /** Views of images, or images of the batch statistics, that are done. */
  done: z.int().min(0),
  total: z.int().min(0),
  /** Views of images a second; null before a speed is known. */
  imagesPerSecond: z.number().nullable(),
  remainingMs: z.number().nullable(),
})
export type EvaluationProgress = z.infer<typeof evaluationProgressSchema>

/** Two evaluations of the same images beside each other. */
const comparisonSchema = z.strictObject({
  other: evaluationSchema,
  /** Of the other one. */
  counts: z.array(confusionCountSchema),
  /** How many images both, only this one and only the other one get wrong. */
  bothWrong: z.int(),
  onlyThisWrong: z.int(),
  onlyOtherWrong: z.int(),
  /** The most wrong ones of each kind, as this and as the other evaluation see them. */
  onlyThis: z.array(wrongImageSchema),
  onlyOther: z.array(wrongImageSchema),
})

export const evaluationDetailsSchema = z.strictObject({
  evaluation: evaluationSchema,
  /** Names of the classes; numbers from 0 where the data set is gone. */
  classes: z.array(z.string()).min(2),
  /** Which classes were taken for which, by label, then by predicted class. Errors of the classes: see `classErrors`. */
  counts: z.array(confusionCountSchema),
  calibration: calibrationSchema,
  /** The data set, and its split that the images' indices count: held-out validation images are of `train`. */
  dataset: z.string(),
  imageSplit: z.string(),
  /** Wrong images, those first whose wrong class has the highest score. */
  wrong: z.array(wrongImageSchema),
  comparison: comparisonSchema.nullable(),
})
export type EvaluationDetails = z.infer<typeof evaluationDetailsSchema>
