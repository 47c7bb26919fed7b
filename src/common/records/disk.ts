import { z } from 'zod'
import { runStateSchema } from './records.ts'

/** What the engine tells about the room that a workspace takes. Sizes are bytes of files, times Unix milliseconds. */

/** `removed`: checkpoints and logs of removed runs, as long as these can be brought back. */
export const diskKinds = [
  'checkpoints',
  'removed',
  'datasets',
  'evaluations',
  'analyses',
  'weights',
  'database',
  'logs',
  'exports',
  'temporary',
] as const
export type DiskKind = (typeof diskKinds)[number]

const sizeSchema = z.strictObject({ files: z.int().min(0), bytes: z.number().min(0) })
export type FileTotals = z.infer<typeof sizeSchema>

const removedGroupSchema = sizeSchema.extend({
  /** The sweep with which the runs were removed and come back; null for runs that were removed by themselves. */
  sweepId: z.int().nullable(),
  /** Of the sweep, else of the run. */
  name: z.string(),
  runIds: z.array(z.int()).min(1),
  /** When their files are deleted. */
  purgeAt: z.number(),
})
export type RemovedGroup = z.infer<typeof removedGroupSchema>

export const diskUsageSchema = sizeSchema.extend({
  /** Room left on the disk for this user. */
  freeBytes: z.number(),
  budgetBytes: z.number().nullable(),
  kinds: z.record(z.enum(diskKinds), sizeSchema),
  /** Checkpoints by run, the largest first; removed runs are in `removed`. */
  runs: z.array(sizeSchema.extend({ runId: z.int(), name: z.string(), state: runStateSchema })),
  datasets: z.array(sizeSchema.extend({ name: z.string(), title: z.string(), /** That are trained on it. */ runs: z.int() })),
  removed: z.array(removedGroupSchema),
})
export type DiskUsage = z.infer<typeof diskUsageSchema>

export const diskChoiceSchema = z.strictObject({
  /** Of runs that are over, keep the last, the best and those checkpoints that their recipe keeps for good. */
  thin: z.boolean().default(false),
  /** Delete the files of removed runs now, so that these can no longer be brought back, and initial weights of no other run. */
  purge: z.boolean().default(false),
  /** Names of data sets that no run is trained on. */
  datasets: z.array(z.string()).max(1000).default([]),
})
export type DiskChoice = z.infer<typeof diskChoiceSchema>

export const diskPartSchema = sizeSchema.extend({
  kind: z.enum(['thin', 'purge', 'weights', 'dataset']),
  runId: z.int().nullable(),
  /** Of the run or the data set; of initial weights the file. */
  name: z.string(),
})
export type DiskPart = z.infer<typeof diskPartSchema>

export const diskPlanSchema = sizeSchema.extend({
  /** The largest first. */
  parts: z.array(diskPartSchema),
  /** Ended runs that are not thinned, because a checkpoint that would stay is not there whole. */
  leftRunIds: z.array(z.int()),
  /** Names every file of the plan: `disk.free` does this plan or none. */
  planHash: z.string(),
})
export type DiskPlan = z.infer<typeof diskPlanSchema>

/** `problems`: what could not be deleted, and why. */
export const diskFreedSchema = sizeSchema.extend({ problems: z.array(z.string()) })
export type DiskFreed = z.infer<typeof diskFreedSchema>
