import { z } from 'zod'
import { importOptionsSchema } from '../data/import-options.ts'
import { inspectionSchema } from '../data/inspection.ts'
import { csvTables } from '../export/csv-table.ts'
import { diagramParts } from '../paper/diagrams.ts'
import { figureFormats, figureHeadSchema, figureSchema } from '../export/figure.ts'
import { networkDesignSchema } from '../network/design.ts'
import { familySchema } from '../network/families/families.ts'
import { trainingHoursSchema } from '../sweep/hours.ts'
import { sweepFileSchema, sweepSchema } from '../sweep/sweep.ts'
import { diskChoiceSchema, diskFreedSchema, diskPlanSchema, diskUsageSchema } from '../records/disk.ts'
import { effectRequestSchema, effectTableSchema } from '../effects/effect.ts'
import { doctorReportSchema } from './doctor.ts'
import { engineSettingsReplySchema, engineSettingsSchema } from './engine-settings.ts'
import {
  attemptRecordSchema,
  datasetProgressSchema,
  datasetSummarySchema,
  engineStatusSchema,
  epochRecordSchema,
  layerStatisticSchema,
  queueForecastSchema,
  runEventSchema,
  runProgressSchema,
  runStateSchema,
  runSummarySchema,
  runTagSchema,
  stepMetricSchema,
  stepSampleSchema,
  sweepPlanSchema,
  sweepSummarySchema,
  whenDoneSchema,
} from '../records/records.ts'
import {
  evaluationDetailsSchema,
  evaluationProgressSchema,
  evaluationRequestSchema,
  evaluationSchema,
  evaluationStateSchema,
} from '../evaluation/evaluation.ts'
import { confusionSchema } from '../results/confusion.ts'
import { resultCheckpointSchema, resultRowSchema } from '../results/result-row.ts'
import { runListSchema } from './run-list.ts'
import { runNameSchema } from './run-name.ts'
import { exportedWeightsSchema, weightsExportSchema } from './weights-export.ts'
import { weightImportSchema, weightInspectionSchema } from './weights.ts'
import { templateNameSchema, templateSchema } from './templates.ts'

/** Clients and engine of another protocol version refuse each other with a clear message. */
export const protocolVersion = 7

const call = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => ({ input, output })
const nothing = z.strictObject({})
const runIds = z.array(z.int()).min(1).max(100_000)
const evaluationIds = z.array(z.int()).min(1).max(10_000)
/** `shape`: height, width, channels; `pixels`: its bytes in base64. Images of varied size come at most 96 pixels high and wide. */
const sampleSchema = z.strictObject({ index: z.int(), shape: z.tuple([z.int(), z.int(), z.int()]), pixels: z.string() })

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

/** Which runs a queue command speaks of. */
const selectionSchema = z.union([
  z.strictObject({ runIds }),
  z.strictObject({ sweepId: z.int() }),
  z.strictObject({ all: z.literal(true) }),
])
export type RunSelection = z.infer<typeof selectionSchema>
const affected = z.strictObject({ runIds: z.array(z.int()) })
/** `bytes`: what the files of the runs take on the disk. */
const removed = affected.extend({ bytes: z.number(), purgeAt: z.number() })
export type Removed = z.infer<typeof removed>

/** Every call of the engine: the same over the local socket, Electron's IPC and the browser's WebSocket. */
export const calls = {
  'engine.status': call(nothing, engineStatusSchema),
  /**
   * epoch: running runs finish their epoch first; checkpoint: they save and become interrupted; now: they are killed and go on from
   * their last checkpoint.
   */
  'engine.stop': call(z.strictObject({ mode: z.enum(['epoch', 'checkpoint', 'now']) }), nothing),

  /** Looks the machine over; the speed test trains ResNet-20 for five seconds in a worker of its own. */
  'engine.doctor': call(z.strictObject({ speedTest: z.boolean() }), doctorReportSchema),
  'engine.settings': call(nothing, engineSettingsReplySchema),
  /** What is left out stays; runs that train already keep what they have. */
  'engine.configure': call(engineSettingsSchema.partial(), engineSettingsReplySchema),
  /** A few seconds of training, so that forecasts can be made before the first run; does nothing when speeds are known or runs train. */
  'engine.measure': call(nothing, z.strictObject({ measured: z.boolean() })),

  /** Sizes of the workspace's files as they are now. */
  'disk.usage': call(nothing, diskUsageSchema),
  /** What would be freed; nothing is deleted. Runs with training to do are never touched. */
  'disk.plan': call(z.strictObject({ choice: diskChoiceSchema }), diskPlanSchema),
  /** Deletes what the plan of this choice names, for good; refused where it is no longer the same plan. */
  'disk.free': call(z.strictObject({ choice: diskChoiceSchema, planHash: z.string() }), diskFreedSchema),

  'sweeps.plan': call(z.strictObject({ sweep: sweepSchema, again: z.boolean().default(false) }), sweepPlanSchema),
  'sweeps.queue': call(
    z.strictObject({ sweep: sweepSchema, again: z.boolean().default(false) }),
    /** `runIds` in the order of the plan, reused ones included. */
    z.strictObject({ sweepId: z.int(), runIds: z.array(z.int()), reusedRunIds: z.array(z.int()) }),
  ),
  'sweeps.list': call(nothing, z.array(sweepSummarySchema)),
  /** The sweep as it was queued. */
  'sweeps.get': call(z.strictObject({ sweepId: z.int() }), sweepSchema),
  'sweeps.rename': call(z.strictObject({ sweepId: z.int(), name: sweepFileSchema.shape.name }), nothing),
  /** Removes a sweep; with `runs` also those of its runs that belong to no other sweep. Refused while runs of it are in the queue. */
  'sweeps.remove': call(z.strictObject({ sweepId: z.int(), runs: z.boolean().default(false) }), removed),
  /** Brings back a removed sweep and the runs that went with it, until `purgeAt`. */
  'sweeps.restore': call(z.strictObject({ sweepId: z.int() }), affected),

  'templates.list': call(nothing, z.array(templateSchema)),
  'templates.save': call(
    z.strictObject({ name: templateNameSchema, sweep: sweepSchema, replace: z.boolean().default(false) }),
    templateSchema,
  ),
  'templates.rename': call(z.strictObject({ id: z.int(), name: templateNameSchema }), nothing),
  'templates.remove': call(z.strictObject({ id: z.int() }), nothing),

  'queue.list': call(nothing, z.array(runSummarySchema)),
  /** Pauses the selected runs; without a selection the whole queue, so that running runs go on and no new one starts. */
  'queue.pause': call(
    z.strictObject({ selection: selectionSchema.optional(), when: z.enum(['now', 'epoch-end']).default('now') }),
    affected,
  ),
  'queue.resume': call(z.strictObject({ selection: selectionSchema.optional() }), affected),
  /** A running run checkpoints first; it can be retried from there. */
  'queue.cancel': call(z.strictObject({ selection: selectionSchema }), affected),
  'queue.retry': call(z.strictObject({ selection: selectionSchema }), affected),
  'queue.move': call(z.strictObject({ runIds, to: z.enum(['first', 'last']).or(z.strictObject({ before: z.int() })) }), affected),
  'queue.setPriority': call(z.strictObject({ runIds, priority: z.int().min(-100).max(100) }), affected),
  /** Forecasts the queue; with `by` (a time in ms) also the chance that all is done by then. */
  'queue.forecast': call(z.strictObject({ by: z.number().optional() }), queueForecastSchema),
  /** Outside these hours no run trains; null: all day. */
  'queue.setHours': call(z.strictObject({ hours: trainingHoursSchema.nullable() }), nothing),
  /** Once: after it was done, or called off, it is `nothing` again. */
  'queue.setWhenDone': call(z.strictObject({ action: whenDoneSchema }), nothing),

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
  /** Every attempt that was under way at some time from `from` to `to` (Unix milliseconds), in the order in which they began. */
  'runs.attempts': call(z.strictObject({ from: z.number(), to: z.number() }), z.array(attemptRecordSchema)),

  /**
   * Tests runs under protocols, each as the queue has a slot; what was tested before is given back as it is. The evaluations come protocol
   * by protocol: the runs' in their order, then the ensemble's.
   */
  'evaluations.queue': call(
    evaluationRequestSchema,
    z.strictObject({ evaluations: z.array(evaluationSchema), /** Those that there were already. */ reusedIds: z.array(z.int()) }),
  ),
  /** Evaluations in the order in which they were queued; with `runIds` those that test one of these runs, alone or in an ensemble. */
  'evaluations.list': call(
    z.strictObject({ runIds: runIds.optional(), states: z.array(evaluationStateSchema).optional() }),
    z.array(evaluationSchema),
  ),
  'evaluations.get': call(z.strictObject({ evaluationId: z.int() }), evaluationSchema),
  /** Ends waiting and running ones; nothing of them is kept. */
  'evaluations.cancel': call(z.strictObject({ evaluationIds }), z.strictObject({ evaluationIds: z.array(z.int()) })),
  /** Removes ended ones with their scores, for good. `bytes`: what they took on the disk. */
  'evaluations.remove': call(z.strictObject({ evaluationIds }), z.strictObject({ evaluationIds: z.array(z.int()), bytes: z.number() })),
  /** What a finished one got wrong; with `otherId` beside another finished one of the same images. `limit`: images in each list. */
  'evaluations.details': call(
    z.strictObject({ evaluationId: z.int(), otherId: z.int().optional(), limit: z.int().min(0).max(1000).default(48) }),
    evaluationDetailsSchema,
  ),

  /** A figure of lines as a file's bytes in base64: print-ready, fonts embedded. */
  'exports.figure': call(
    z.strictObject({ figure: figureSchema, format: z.enum(figureFormats) }),
    z.strictObject({ content: z.base64(), /** Of letters that no font has. */ warning: z.string().nullable() }),
  ),
  /** Networks side by side, as in the paper's Fig. 3, or a block of each, as in Fig. 5. Width in pixels. */
  'exports.networks': call(
    z.strictObject({
      designs: z.array(networkDesignSchema).min(1).max(6),
      part: z.enum(diagramParts).default('networks'),
      width: z.int().min(240).max(2400),
      format: z.enum(figureFormats),
      show: figureHeadSchema.prefault({}),
    }),
    z.strictObject({ content: z.base64() }),
  ),
  /** What a finished evaluation says of each image, as RFC 4180 text. */
  'exports.predictions': call(z.strictObject({ evaluationId: z.int() }), z.strictObject({ text: z.string(), rows: z.int() })),
  /** RFC 4180 text; refused when it would be too large for a message. */
  'exports.csv': call(z.strictObject({ table: z.enum(csvTables), runIds }), z.strictObject({ text: z.string(), rows: z.int() })),

  /** Weights of a checkpoint in files for other programs, with a card that says what they are; the engine writes them, whole or not. */
  'exports.weights': call(weightsExportSchema, exportedWeightsSchema),

  /** What is in a file of weights, and what its import would make of it; nothing is written. */
  'weights.inspect': call(weightImportSchema, weightInspectionSchema),
  /** Makes a finished run of a file's weights. Refused where something does not fit. */
  'weights.import': call(weightImportSchema, z.strictObject({ runId: z.int() })),

  'datasets.list': call(nothing, z.array(datasetSummarySchema)),
  /**
   * `from`: absolute path of an archive or folder; null downloads or generates what is known by name. `options` are for images of one's
   * own, and for known sets of photographs. Progress comes as events.
   */
  'datasets.add': call(
    z.strictObject({ name: z.string(), from: z.string().nullable(), options: importOptionsSchema.default({}) }),
    datasetSummarySchema,
  ),
  /**
   * What an import would make of a folder or an archive; nothing is written. `images`: decode every image, so that all problems are found.
   * Progress comes as events under `name`, by which it is cancelled too.
   */
  'datasets.inspect': call(
    z.strictObject({
      name: z.string().min(1),
      from: z.string(),
      options: importOptionsSchema.default({}),
      images: z.boolean().default(false),
    }),
    inspectionSchema,
  ),
  /** Breaks off what is being added, for whoever asked for it; nothing of it stays. */
  'datasets.cancel': call(z.strictObject({ name: z.string() }), nothing),
  'datasets.verify': call(z.strictObject({ name: z.string() }), z.strictObject({ valid: z.boolean(), problems: z.array(z.string()) })),
  'datasets.remove': call(z.strictObject({ name: z.string() }), nothing),
  /** The first images of one class of one split, as raw uint8 RGB in base64. */
  'datasets.samples': call(
    z.strictObject({ name: z.string(), split: z.string(), classIndex: z.int().min(0), count: z.int().min(1).max(100) }),
    z.array(sampleSchema),
  ),
  /** Images of one split by their indices, in the order asked for. */
  'datasets.images': call(
    z.strictObject({ name: z.string(), split: z.string(), indices: z.array(z.int().min(0)).min(1).max(1000) }),
    z.array(sampleSchema),
  ),
} as const

/** Everything the engine announces, to every connected client, in the order in which it was committed. */
export const events = {
  /** Any field of the run changed; not sent for mere progress. */
  'run.changed': runSummarySchema,
  'run.progress': runProgressSchema,
  'run.epoch': z.strictObject({ runId: z.int(), epoch: epochRecordSchema, layerStatistics: z.array(layerStatisticSchema) }),
  'run.steps': z.strictObject({ runId: z.int(), samples: z.array(stepSampleSchema) }),
  'run.event': runEventSchema,
  'runs.removed': z.strictObject({ runIds: z.array(z.int()) }),
  /** It was queued, started or ended, or waits again. */
  'evaluation.changed': evaluationSchema,
  'evaluation.progress': evaluationProgressSchema,
  'evaluations.removed': z.strictObject({ evaluationIds: z.array(z.int()) }),
  /** One was renamed, removed or restored. */
  'sweeps.changed': z.array(sweepSummarySchema),
  'engine.changed': engineStatusSchema,
  'dataset.progress': datasetProgressSchema,
  'datasets.changed': z.array(datasetSummarySchema),
  'templates.changed': z.array(templateSchema),
} as const

export type CallName = keyof typeof calls
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>
export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>
export type EventName = keyof typeof events
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>

/** What a client of the engine looks like, whatever the wire. */
export interface EngineClient {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>
  /** @returns a function that ends the subscription */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void
  /** Called once when the connection ends, with the reason. */
  onClose(listener: (reason: string) => void): () => void
  close(): void
}

export { SkiplabError } from '../failure.ts'
