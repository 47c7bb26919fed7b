import { deviceSchema } from '../device.ts'
import { z } from 'zod'
import { askedQuestionSchema } from '../sweep/question.ts'
import { enlargedImagesSchema } from '../data/streaming.ts'
import { trainingHoursSchema } from '../sweep/hours.ts'
import { runTooLargeSchema } from '../sweep/too-large.ts'
import { analysisProgressSchema } from '../analyses/analysis.ts'
import { evaluationProgressSchema } from '../evaluation/evaluation.ts'
import { epochResultsSchema } from '../results/splits.ts'
import { importedFromSchema } from '../weights/imported-from.ts'
import { runSettingsSchema } from '../training/run-settings.ts'
import { arithmeticSchema } from './arithmetic.ts'

/** What the engine tells its clients about: the nouns of the contract. Times are Unix milliseconds, durations milliseconds. */

/**
 * waiting -> running -> finished | diverged | failed | cancelled | interrupted;
 * interrupted goes back to running by itself; `held` needs a person (three failed attempts);
 * paused is a waiting run that is not to be started.
 */
export const runStates = ['waiting', 'paused', 'running', 'finished', 'diverged', 'failed', 'cancelled', 'interrupted', 'held'] as const
export const runStateSchema = z.enum(runStates)
export type RunState = z.infer<typeof runStateSchema>

/** End of an epoch. */
export const epochRecordSchema = z.strictObject({
  /** 1-based. */
  epoch: z.int().min(1),
  /** Steps done since the start of the run. */
  step: z.int().min(1),
  learningRate: z.number(),
  /** By split and metric; how each split is measured: see `epochProtocols`. */
  results: epochResultsSchema,
  /** Training images over the whole epoch's wall time, evaluation and logging included. */
  imagesPerSecond: z.number(),
  elapsedMs: z.number(),
  /** Largest resident memory of the worker so far. */
  peakMemoryBytes: z.number(),
  finishedAt: z.number(),
})
export type EpochRecord = z.infer<typeof epochRecordSchema>

export const stepSampleSchema = z.strictObject({
  step: z.int().min(1),
  /** Mean cross-entropy of this step's batch; null when not a number. */
  loss: z.number().nullable(),
  /** Euclidean norm of the loss's gradient over all parameters, weight decay not included. */
  gradientNorm: z.number().nullable(),
  learningRate: z.number(),
})
export type StepSample = z.infer<typeof stepSampleSchema>

export const stepMetricSchema = z.enum(['loss', 'gradientNorm'])
export type StepMetric = z.infer<typeof stepMetricSchema>

/** Response of one convolution after BN, before the nonlinearity and the addition (paper, Fig. 7). */
export const layerStatisticSchema = z.strictObject({
  epoch: z.int().min(1),
  /** The convolution's name in the network's layer list. */
  layer: z.string(),
  mean: z.number(),
  std: z.number(),
})
export type LayerStatistic = z.infer<typeof layerStatisticSchema>

/** Characters. */
export const longestTag = 40

/** A word or two by which people find runs again. */
export const runTagSchema = z
  .string()
  .trim()
  .min(1)
  .max(longestTag)
  .regex(/^[^,\p{Cc}]*$/u, 'a tag holds neither commas nor control characters')

/** Most tags that one run carries. */
export const mostTags = 50

export const runSummarySchema = z.strictObject({
  id: z.int(),
  sweepId: z.int().nullable(),
  sweepName: z.string().nullable(),
  /** "residual-20 A, seed 1". */
  name: z.string(),
  settings: runSettingsSchema,
  settingsHash: z.string(),
  state: runStateSchema,
  /** Why it is in that state, in words; null while there is nothing to say. */
  reason: z.string().nullable(),
  priority: z.int(),
  /** Position in the queue, smaller first, among equal priorities. */
  position: z.number(),
  attempt: z.int(),
  parameterCount: z.int(),
  multiplyAdds: z.number(),
  totalSteps: z.int(),
  totalEpochs: z.int(),
  device: deviceSchema.nullable(),
  /** What its steps were computed on, in their order; absent where that is one thing from the first to the last. */
  arithmetic: z.array(arithmeticSchema).min(2).optional(),
  queuedAt: z.number(),
  startedAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
  /** Time spent training, all attempts. */
  trainedMs: z.number(),
  lastEpoch: epochRecordSchema.nullable(),
  /** Epoch with the lowest test error; the last epoch's results are those that papers report. */
  bestEpoch: z.strictObject({ epoch: z.int().min(1), results: epochResultsSchema }).nullable(),
  /** What people say of it; see `runs.annotate`. */
  tags: z.array(z.string()),
  notes: z.string(),
  starred: z.boolean(),
  archived: z.boolean(),
  /** Where its weights came from; left out for a run that was trained here. An imported run has no epochs. */
  imported: importedFromSchema.optional(),
  /** Step of the newest checkpoint that it can go on from; left out where there is none. */
  checkpointStep: z.int().optional(),
  /** Place that it is bound to; left out where any will do. */
  place: z.string().optional(),
  /** Place of its newest attempt; left out for this machine. */
  trainedAt: z.string().optional(),
  /** Bytes that went to places for it, and that came back; left out for a run that was at none. */
  traffic: z.strictObject({ sentBytes: z.number(), fetchedBytes: z.number() }).optional(),
})
export type RunSummary = z.infer<typeof runSummarySchema>

/** One time that a worker was started for a run. */
export const attemptRecordSchema = z.strictObject({
  runId: z.int(),
  /** 1-based. */
  attempt: z.int(),
  startedAt: z.number(),
  /** Null while it is under way. */
  endedAt: z.number().nullable(),
  /** finished, diverged, stopped, failed, crashed, killed (on request) ...; null while it is under way. */
  outcome: z.string().nullable(),
})
export type AttemptRecord = z.infer<typeof attemptRecordSchema>

/** Progress of a running run between epochs. */
export const runProgressSchema = z.strictObject({
  runId: z.int(),
  epoch: z.int(),
  step: z.int(),
  totalSteps: z.int(),
  loss: z.number().nullable(),
  /** Mean over the running epoch so far. */
  trainError: z.number().nullable(),
  learningRate: z.number(),
  imagesPerSecond: z.number().nullable(),
  phase: z.enum(['starting', 'training', 'evaluating', 'checkpointing']),
  /** Remaining time of the run; null before a speed is known. */
  remainingMs: z.number().nullable(),
  /** Resident memory of the worker now; null before its first report. */
  memoryBytes: z.number().nullable(),
})
export type RunProgress = z.infer<typeof runProgressSchema>

export const runEventSchema = z.strictObject({
  id: z.int(),
  runId: z.int().nullable(),
  at: z.number(),
  level: z.enum(['info', 'warning', 'error']),
  /** queued, started, resumed, checkpoint, finished, diverged, failed, crashed, cancelled, paused, retried ... */
  kind: z.string(),
  message: z.string(),
})
export type RunEvent = z.infer<typeof runEventSchema>

export const sweepSummarySchema = z.strictObject({
  id: z.int(),
  name: z.string(),
  createdAt: z.number(),
  runIds: z.array(z.int()),
  states: z.partialRecord(runStateSchema, z.int()),
  /** What it was to answer, as it was written down; left out of one that asks nothing. */
  question: askedQuestionSchema.optional(),
})
export type SweepSummary = z.infer<typeof sweepSummarySchema>

/** When runs are done, from this machine's measured speeds: four times in five between `earliestAt` and `latestAt`. */
const finishSchema = z.strictObject({ finishAt: z.number(), earliestAt: z.number(), latestAt: z.number() })

export const plannedRunSchema = z.strictObject({
  name: z.string(),
  settings: runSettingsSchema,
  settingsHash: z.string(),
  layers: z.int(),
  parameterCount: z.int(),
  multiplyAdds: z.number(),
  /** Estimate of a worker's peak. */
  memoryBytes: z.number(),
  totalSteps: z.int(),
  totalEpochs: z.int(),
  /**
   * Forecast from this machine's measured speed, and half the width of the interval that holds four outcomes in five; null before
   * anything was measured.
   */
  forecastMs: z.number().nullable(),
  forecastSpreadMs: z.number().nullable(),
  /** An earlier run that finished or diverged with the same settings and precision, reused unless asked otherwise. */
  reusesRunId: z.int().nullable(),
  /** Jobs that it takes where a scheduler limits their time; left out for one. */
  jobs: z.int().min(2).optional(),
})
export type PlannedRun = z.infer<typeof plannedRunSchema>

export const sweepPlanSchema = z.strictObject({
  name: z.string(),
  runs: z.array(plannedRunSchema),
  /** Wall time of the runs that are left, packed on this machine's slots. */
  forecastMs: z.number().nullable(),
  forecastSpreadMs: z.number().nullable(),
  /** When these runs will be done if they are queued now, behind all others and in the queue's hours. */
  finish: finishSchema.nullable(),
  /** Runs that train side by side. */
  atOnce: z.int().min(1),
  memoryBytes: z.number(),
  /** The run left that needs most memory, where that is more than is free; null where all fit, and on a GPU, whose memory is not known. */
  tooLarge: runTooLargeSchema.nullable(),
  /** Images that the recipe enlarges; null where it does not. */
  enlarged: enlargedImagesSchema.nullable(),
  /** Longest time of a job where the runs are to train; left out where none is set. */
  jobLimitMs: z.number().optional(),
})
export type SweepPlan = z.infer<typeof sweepPlanSchema>

export const datasetSummarySchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  classes: z.array(z.string()),
  /** Height, width, channels; null when each image has a size of its own. */
  imageShape: z.tuple([z.int(), z.int(), z.int()]).nullable(),
  trainCount: z.int(),
  /** Images of its own validation split; null when it has none. */
  validationCount: z.int().nullable(),
  testCount: z.int(),
  checksum: z.string(),
  source: z.string(),
  /** What its import did to the images and noticed about them, in whole sentences. */
  notes: z.array(z.string()),
  bytes: z.number(),
  createdAt: z.string(),
})
export type DatasetSummary = z.infer<typeof datasetSummarySchema>

export const datasetProgressSchema = z.strictObject({
  dataset: z.string(),
  /** What is being done, in words: "reading images". */
  step: z.string(),
  done: z.number(),
  /** Null when unknown. */
  total: z.number().nullable(),
  unit: z.enum(['images', 'bytes', 'files']),
})
export type DatasetProgress = z.infer<typeof datasetProgressSchema>

/** What happens, after a notice of a minute, when the queue is done. */
export const whenDoneSchema = z.enum(['nothing', 'quit', 'sleep'])
export type WhenDone = z.infer<typeof whenDoneSchema>

/** The course of the queue as it is expected: which slot trains which run when. */
export const queueForecastSchema = z.strictObject({
  madeAt: z.number(),
  /** `place` is left out for this machine. */
  slots: z.array(
    z.strictObject({
      device: deviceSchema,
      place: z.string().optional(),
      /** Longest time of a job there; left out where none is set. */
      jobLimitMs: z.number().optional(),
    }),
  ),
  /** The first runs in the order in which they start; `slot` counts `slots`. */
  runs: z.array(
    z.strictObject({
      runId: z.int(),
      slot: z.int(),
      startAt: z.number(),
      endAt: z.number(),
      earliestEndAt: z.number(),
      latestEndAt: z.number(),
      /** Jobs that it takes there, one after the other; left out for one. */
      jobs: z.int().min(2).optional(),
    }),
  ),
  finish: finishSchema.nullable(),
  /** Probability that all is done by the moment that was asked for. */
  chance: z.number().min(0).max(1).nullable(),
  /** Stretches of the clock in which the queue may train, as far as the runs reach; empty when it may all day. */
  open: z.array(z.strictObject({ from: z.number(), to: z.number() })),
})
export type QueueForecast = z.infer<typeof queueForecastSchema>

export const engineStatusSchema = z.strictObject({
  workspace: z.string(),
  pid: z.int(),
  version: z.string(),
  startedAt: z.number(),
  /** True while the queue starts no new runs. */
  paused: z.boolean(),
  stopping: z.boolean(),
  /** Free where neither a run nor an evaluation nor an analysis is in it. */
  slots: z.array(
    z.strictObject({
      device: deviceSchema,
      runId: z.int().nullable(),
      evaluationId: z.int().nullable().default(null),
      analysisId: z.int().nullable().default(null),
      /** Left out for this machine. */
      place: z.string().optional(),
    }),
  ),
  running: z.array(runProgressSchema),
  /** Evaluations that a worker computes now, and how many more are to come. */
  evaluating: z.array(evaluationProgressSchema).default([]),
  evaluationsWaiting: z.int().default(0),
  /** The same of analyses. */
  analysing: z.array(analysisProgressSchema).default([]),
  analysesWaiting: z.int().default(0),
  waiting: z.int(),
  held: z.int(),
  /** Null when no run is left or no speed is known. */
  forecast: finishSchema.nullable(),
  /** When the queue may train; null: all day. */
  hours: trainingHoursSchema.nullable(),
  /** Outside those hours: when they begin. */
  closedUntil: z.number().nullable(),
  /** Whether so little room is left on the workspace's disk that no run starts; training goes on by itself when there is more. */
  diskFull: z.boolean(),
  /** What the workspace takes, where that was last measured to be more than its budget; null within it, and without one. */
  overBudget: z.strictObject({ usedBytes: z.number(), budgetBytes: z.number() }).nullable(),
  /** Hours that are left when the queue is done go to open comparisons. */
  leftover: z.boolean().default(false),
  whenDone: whenDoneSchema,
  /** The queue is done: what will happen, and when, unless somebody objects. */
  ending: z.strictObject({ action: whenDoneSchema.exclude(['nothing']), at: z.number() }).nullable(),
  /** The machine's speed is being measured, which takes some ten seconds. */
  measuring: z.boolean(),
})
export type EngineStatus = z.infer<typeof engineStatusSchema>
