import { z } from 'zod'
import { reachedErrorSchema } from '../analysis/time-to-error.ts'
import { effectRequestSchema, effectTableSchema } from '../effects/effect.ts'
import { findingsSchema } from '../effects/findings.ts'
import { familySchema } from '../network/families/families.ts'
import {
  attemptRecordSchema,
  epochRecordSchema,
  layerStatisticSchema,
  runEventSchema,
  runStateSchema,
  runSummarySchema,
  runTagSchema,
  stepMetricSchema,
  stepSampleSchema,
} from '../records/records.ts'
import { confusionSchema } from '../results/confusion.ts'
import { keptCheckpointSchema } from '../results/kept-checkpoints.ts'
import { splitSchema } from '../results/splits.ts'
import { resultCheckpointSchema, resultRowSchema } from '../results/result-row.ts'
import { runListSchema } from './run-list.ts'
import { runNameSchema } from './run-name.ts'
import { affected, call, nothing, removed, runIds } from './call.ts'

export const runFilterSchema = z.strictObject({
  states: z.array(runStateSchema).optional(),
  sweepId: z.int().optional(),
  dataset: z.string().optional(),
  families: z.array(familySchema).optional(),
  depths: z.array(z.int()).optional(),
  seeds: z.array(z.int()).optional(),
  /** Case-insensitive part of the run's or the sweep's name. */
  search: z.string().max(200).optional(),
  starred: z.boolean().optional(),
  /** False leaves archived runs out, true takes them alone. */
  archived: z.boolean().optional(),
  /** Runs that carry all of these. */
  tags: z.array(runTagSchema).optional(),
})
export type RunFilter = z.infer<typeof runFilterSchema>

/** Characters. */
export const longestNotes = 20_000

/** Changes to what people say of runs; what is not named stays as it is. */
export const annotationSchema = z.strictObject({
  addTags: z.array(runTagSchema).max(50).optional(),
  removeTags: z.array(runTagSchema).max(50).optional(),
  notes: z.string().max(longestNotes).optional(),
  starred: z.boolean().optional(),
  archived: z.boolean().optional(),
})
export type Annotation = z.infer<typeof annotationSchema>

/** Calls on runs and what was measured of them. */
export const runCalls = {
  'runs.list': call(
    z.strictObject({
      filter: runFilterSchema.default({}),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(100_000).default(1000),
    }),
    runListSchema,
  ),
  'runs.get': call(z.strictObject({ runId: z.int() }), runSummarySchema),
  'runs.rename': call(z.strictObject({ runId: z.int(), name: runNameSchema }), nothing),
  /**
   * Hides ended runs; a held one is cancelled. Their curves, checkpoints and logs are deleted at `purgeAt`, until when they can be
   * restored.
   */
  'runs.remove': call(z.strictObject({ runIds }), removed),
  'runs.restore': call(z.strictObject({ runIds }), affected),
  'runs.annotate': call(z.strictObject({ runIds, annotation: annotationSchema }), affected),
  'runs.epochs': call(z.strictObject({ runId: z.int() }), z.array(epochRecordSchema)),
  /** What was measured of a run's last and best epoch, after them and by finished evaluations, under every protocol. */
  'runs.results': call(z.strictObject({ runId: z.int() }), z.array(resultRowSchema)),
  /** Undamaged checkpoints that a run has now, the oldest first. */
  'runs.checkpoints': call(z.strictObject({ runId: z.int() }), z.array(keptCheckpointSchema)),
  /** Which classes of the test split the last or best epoch took for which; null where it was not counted. */
  'runs.confusion': call(
    z.strictObject({ runId: z.int(), checkpoint: resultCheckpointSchema.default('last') }),
    confusionSchema.nullable(),
  ),
  /**
   * Min-max downsampled to `maximumPoints` when given; extremes of `metric` and its non-finite samples are always kept. `smoothing` is the
   * weight of an exponential moving average over all of the run's samples, taken before any is left out. `total`: samples in the range.
   */
  'runs.steps': call(
    z.strictObject({
      runId: z.int(),
      fromStep: z.int().min(0).optional(),
      toStep: z.int().min(0).optional(),
      maximumPoints: z.int().min(10).max(1_000_000).optional(),
      metric: stepMetricSchema.default('loss'),
      smoothing: z.number().min(0).max(0.999).default(0),
    }),
    z.strictObject({ samples: z.array(stepSampleSchema), total: z.int() }),
  ),
  'runs.layerStatistics': call(z.strictObject({ runId: z.int(), epoch: z.int().min(1).optional() }), z.array(layerStatisticSchema)),
  'runs.events': call(
    z.strictObject({ runId: z.int().optional(), limit: z.int().min(1).max(10_000).default(200) }),
    z.array(runEventSchema),
  ),
  /** Networks among these runs compared, a table for each experiment; `smallest`: difference that counts, a fraction. */
  'runs.effects': call(effectRequestSchema.extend({ runIds }), z.array(effectTableSchema)),
  /** Verdict, interactions and laws of each experiment among these runs, and errors by learning rate and depth. */
  'runs.findings': call(z.strictObject({ runIds, split: splitSchema.default('test') }), findingsSchema),
  /** When each run's top-1 error was first at or below a value (a fraction), at the end of an epoch. */
  'runs.reached': call(
    z.strictObject({ runIds, error: z.number().gt(0).lt(1), split: splitSchema.default('test') }),
    z.array(reachedErrorSchema),
  ),
  /** Every attempt that was under way at some time from `from` to `to` (Unix milliseconds), in the order in which they began. */
  'runs.attempts': call(z.strictObject({ from: z.number(), to: z.number() }), z.array(attemptRecordSchema)),
} as const
