import { z } from 'zod'
import { queueForecastSchema, runSummarySchema, whenDoneSchema } from '../records/records.ts'
import { trainingHoursSchema } from '../sweep/hours.ts'
import { affected, call, nothing, runIds } from './call.ts'

/** Which runs a queue command speaks of. */
const selectionSchema = z.union([
  z.strictObject({ runIds }),
  z.strictObject({ sweepId: z.int() }),
  z.strictObject({ all: z.literal(true) }),
])
export type RunSelection = z.infer<typeof selectionSchema>

/** Calls on the queue. */
export const queueCalls = {
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
  /** Whether hours that are left when the queue is done go to the open comparison that takes the least of them. */
  'queue.setLeftover': call(z.strictObject({ on: z.boolean() }), nothing),
  /** Once: after it was done, or called off, it is `nothing` again. */
  'queue.setWhenDone': call(z.strictObject({ action: whenDoneSchema }), nothing),
} as const
