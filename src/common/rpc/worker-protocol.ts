import { deviceSchema } from '../device.ts'
import { z } from 'zod'
import { analysisKindSchema } from '../analyses/analyses.ts'
import { analysedSplitSchema } from '../analyses/analysis.ts'
import { datasetManifestSchema } from '../data/dataset.ts'
import { runSettingsSchema } from '../training/run-settings.ts'
import { evaluationPhases, testSplitSchema } from '../evaluation/evaluation.ts'
import { confusionCountSchema } from '../results/confusion.ts'
import { splitResultSchema } from '../results/metrics.ts'
import { batchStatisticsSchema, testProtocolSchema } from '../results/protocols.ts'
import { epochRecordSchema, layerStatisticSchema, stepSampleSchema } from '../records/records.ts'

/** Trains one run from its start or its newest valid checkpoint to its end. */
const trainJobSchema = z.strictObject({
  kind: z.literal('train'),
  settings: runSettingsSchema,
  manifest: datasetManifestSchema,
  /** Folder of the manifest. */
  datasetFolder: z.string(),
  /** Whether images are read again for each batch, since all of them are large for this machine; scaled ones are in any case. */
  streamed: z.boolean(),
  /** Folder for this run's checkpoints; made by the worker. */
  checkpointFolder: z.string(),
  /** File names of valid checkpoints to resume from, newest first; empty for a new run. */
  checkpoints: z.array(z.string()),
  /** Path of the settings' initial weights; left out where there are none. */
  initialWeightsFile: z.string().optional(),
})
export type TrainJob = z.infer<typeof trainJobSchema>

/** Tests one checkpoint of a run under one protocol and writes the scores of its images. */
const evaluateJobSchema = z.strictObject({
  kind: z.literal('evaluate'),
  settings: runSettingsSchema,
  settingsHash: z.string(),
  manifest: datasetManifestSchema,
  /** Folder of the manifest. */
  datasetFolder: z.string(),
  /** The checkpoint's path. */
  checkpointFile: z.string(),
  split: testSplitSchema,
  protocol: testProtocolSchema,
  batchStatistics: batchStatisticsSchema,
  /** Path of the file of scores, which appears whole or not at all. */
  scoresFile: z.string(),
})
export type EvaluateJob = z.infer<typeof evaluateJobSchema>

/** Analyses checkpoints of one or more runs. */
const analyseJobSchema = z.strictObject({
  kind: z.literal('analyse'),
  analysis: analysisKindSchema,
  /** Of the kind, filled up. */
  options: z.record(z.string(), z.unknown()),
  split: analysedSplitSchema,
  runs: z
    .array(
      z.strictObject({
        runId: z.int(),
        settings: runSettingsSchema,
        settingsHash: z.string(),
        manifest: datasetManifestSchema,
        /** Folder of the manifest. */
        datasetFolder: z.string(),
        /** The checkpoint's path; null: the weights that the run started from. */
        checkpointFile: z.string().nullable(),
        /** The checkpoint's, 1-based; 0 for those and for weights that were not trained here. */
        epoch: z.int().min(0),
        /** Path of the settings' initial weights; left out where there are none. */
        initialWeightsFile: z.string().optional(),
      }),
    )
    .min(1),
  /** Path of the file of what it can go on from. */
  partialFile: z.string(),
})
export type AnalyseJob = z.infer<typeof analyseJobSchema>

/** What a worker can be asked to do. */
const jobSchema = z.discriminatedUnion('kind', [trainJobSchema, evaluateJobSchema, analyseJobSchema])

/**
 * Engine to worker, over the fork's IPC channel. `start` comes once, first. The worker is a process of its own:
 * its environment (threads, determinism, device) is set by the engine before it starts, see `worker/environment.ts`.
 */
export const workerCommandSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('start'),
    /** The run that is trained or tested, or the first of those that are analysed. */
    runId: z.int(),
    /** Fencing number: echoed in every report, so that a stale worker's words are refused. */
    attempt: z.int().min(1),
    device: deviceSchema,
    job: jobSchema,
  }),
  /** Finish the step, write a checkpoint, report `stopped`, exit 0. */
  z.strictObject({ type: z.literal('stop') }),
  /** The same at the end of the running epoch. */
  z.strictObject({ type: z.literal('stop-after-epoch') }),
])
export type WorkerCommand = z.infer<typeof workerCommandSchema>
export type WorkerStart = Extract<WorkerCommand, { type: 'start' }>

export const checkpointRecordSchema = z.strictObject({
  /** Name inside the checkpoint folder, `step-00001755-epoch-0005.safetensors`. */
  file: z.string(),
  step: z.int(),
  epoch: z.int(),
  /** SHA-256 (hex) of the whole file. */
  sha256: z.string(),
  bytes: z.int(),
  /** Validation error (test error without a validation set) at that point, to know which is best; null in mid-epoch. */
  error: z.number().nullable(),
})
export type CheckpointRecord = z.infer<typeof checkpointRecordSchema>

const report = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ type: z.literal(type), runId: z.int(), attempt: z.int(), ...shape })

/** Worker to engine. Exactly one of finished, diverged, evaluated, analysed, stopped, failed comes last; an exit without one is a crash. */
export const workerReportSchema = z.discriminatedUnion('type', [
  /**
   * Program built, data loaded. `epochElapsedMs`: already trained on the epoch that goes on. `resumedFromStep` is 0 for a new run;
   * steps after it are reported again and replace older ones.
   */
  report('started', {
    device: deviceSchema,
    resumedFromStep: z.int(),
    resumedFromEpoch: z.int(),
    epochElapsedMs: z.number(),
    compileMs: z.number(),
    loadMs: z.number(),
    versions: z.record(z.string(), z.string()),
    totalSteps: z.int(),
    stepsPerEpoch: z.int(),
  }),
  /** At least every 5 s, but for `quietMs` more: TensorFlow's calls block, and a step of a very deep net takes longer than the limit. */
  report('heartbeat', { step: z.int(), rssBytes: z.number(), quietMs: z.number() }),
  /** About twice a second. */
  report('progress', {
    epoch: z.int(),
    step: z.int(),
    loss: z.number().nullable(),
    trainError: z.number().nullable(),
    learningRate: z.number(),
    imagesPerSecond: z.number().nullable(),
    phase: z.enum(['training', 'evaluating', 'checkpointing']),
  }),
  report('steps', { samples: z.array(stepSampleSchema) }),
  report('epoch', {
    record: epochRecordSchema,
    layerStatistics: z.array(layerStatisticSchema),
    /** Of the test split. */
    confusion: z.array(confusionCountSchema),
    /** Time of the epoch for which streamed images were waited for; null for images that the backend holds. */
    dataWaitMs: z.number().nullable().default(null),
  }),
  report('checkpoint', { checkpoint: checkpointRecordSchema, removed: z.array(z.string()) }),
  report('checkpoint-rejected', { file: z.string(), reason: z.string() }),
  /** `reason`: why it ended before its last step, null where it did not. */
  report('finished', { step: z.int(), reason: z.string().nullable() }),
  report('diverged', { step: z.int(), reason: z.string() }),
  /** About twice a second, of an evaluation: views of images, or images of the batch statistics, that are done. */
  report('evaluating', { phase: z.enum(evaluationPhases), done: z.int(), total: z.int(), imagesPerSecond: z.number().nullable() }),
  report('evaluated', {
    results: splitResultSchema,
    images: z.int().min(1),
    /** Of the file of scores. */
    scores: z.strictObject({ bytes: z.int(), sha256: z.string() }),
  }),
  /** About twice a second, of an analysis; see `analysisProgressSchema`. */
  report('analysing', { phase: z.string(), done: z.number(), total: z.number(), remainingMs: z.number().nullable() }),
  /** `result`: as the kind's schema says. */
  report('analysed', { result: z.unknown() }),
  /** `epochElapsedMs`: trained on the epoch that is not finished. */
  report('stopped', { step: z.int(), epochElapsedMs: z.number() }),
  report('failed', { reason: z.string(), kind: z.enum(['data', 'memory', 'device', 'disk', 'program']) }),
])
export type WorkerReport = z.infer<typeof workerReportSchema>
