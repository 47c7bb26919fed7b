import { z } from 'zod'
import { wantedDeviceSchema } from '../../../common/places/place.ts'
import { checkpointRecordSchema, workerCommandSchema, workerReportSchema } from '../../../common/rpc/worker-protocol.ts'

/** Files of a job's folder at a place. Engine and launcher agree on them here. */
export const jobFiles = {
  /** What to do; written once, before the job starts. */
  order: 'job.json',
  /** Which process has the job. */
  lock: 'lock.json',
  /** Reports of the worker and its end, a line each, appended. */
  events: 'events.jsonl',
  /** What the engine tells the worker, a line each, appended. */
  commands: 'commands.jsonl',
  /** Checkpoints that there are now, oldest first. */
  checkpoints: 'checkpoints.json',
  checkpointFolder: 'checkpoints',
  handle: 'handle',
  log: 'worker.log',
  temporary: 'tmp',
} as const

export const jobOrderSchema = z.strictObject({
  workspace: z.string(),
  start: workerCommandSchema.options[0],
  worker: z.string(),
  binding: z.string(),
  device: wantedDeviceSchema,
  /** Silence of the worker after which it counts as hung, besides what it announces, in milliseconds. */
  silenceMs: z.number(),
})
export type WrittenOrder = z.infer<typeof jobOrderSchema>

/** A process by its number, its start and its machine: numbers alone are given again. */
export const jobLockSchema = z.strictObject({
  host: z.string(),
  pid: z.int(),
  processStarted: z.string().nullable(),
})
export type JobLock = z.infer<typeof jobLockSchema>

const jobExitSchema = z.strictObject({
  code: z.int().nullable(),
  signal: z.string().nullable(),
  lastOutput: z.string().nullable(),
  killedFor: z.string().nullable(),
  oomKillSeen: z.boolean().nullable(),
})

export const jobEventSchema = z.union([z.strictObject({ report: workerReportSchema }), z.strictObject({ exit: jobExitSchema })])

export const jobCheckpointsSchema = z.array(checkpointRecordSchema)
