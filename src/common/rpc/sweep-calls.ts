import { z } from 'zod'
import { sweepPlanSchema, sweepSummarySchema } from '../records/records.ts'
import { questionAnswerSchema } from '../question/answer.ts'
import { questionSchema } from '../sweep/question.ts'
import { runTooLargeSchema } from '../sweep/too-large.ts'
import { builtInTemplateSchema } from '../sweep/templates.ts'
import { sweepFileSchema, sweepSchema } from '../sweep/sweep.ts'
import { templateNameSchema, templateSchema } from './templates.ts'
import { anyPlaceSchema } from './place-calls.ts'
import { affected, call, nothing, removed } from './call.ts'

/** `again`: also what was trained before; `place`: where its new runs are to train, null leaves that to the queue. */
const wantedSweep = z.strictObject({
  sweep: sweepSchema,
  again: z.boolean().default(false),
  place: anyPlaceSchema.nullable().default(null),
})

/** Calls on sweeps and templates. */
export const sweepCalls = {
  'sweeps.plan': call(wantedSweep, sweepPlanSchema),
  'sweeps.queue': call(
    wantedSweep,
    z.strictObject({
      sweepId: z.int(),
      /** In the order of the plan, reused ones included. */
      runIds: z.array(z.int()),
      reusedRunIds: z.array(z.int()),
      /** As the plan told it: it is queued nevertheless, since other programs may end before it starts. */
      tooLarge: runTooLargeSchema.nullable(),
    }),
  ),
  'sweeps.list': call(nothing, z.array(sweepSummarySchema)),
  /** The sweep as it was queued. */
  'sweeps.get': call(z.strictObject({ sweepId: z.int() }), sweepSchema),
  'sweeps.rename': call(z.strictObject({ sweepId: z.int(), name: sweepFileSchema.shape.name }), nothing),
  /**
   * Writes the question of a sweep down anew, or takes it away (null). Refused once a run of it has started: an answer that is known asks
   * the question.
   */
  'sweeps.setQuestion': call(z.strictObject({ sweepId: z.int(), question: questionSchema.nullable() }), nothing),
  /** Answers the question of a sweep as it was written; null for a sweep that asks nothing. */
  'sweeps.answer': call(z.strictObject({ sweepId: z.int() }), questionAnswerSchema.nullable()),
  /** Removes a sweep; with `runs` also those of its runs that belong to no other sweep. Refused while runs of it are in the queue. */
  'sweeps.remove': call(z.strictObject({ sweepId: z.int(), runs: z.boolean().default(false) }), removed),
  /** Brings back a removed sweep and the runs that went with it, until `purgeAt`. */
  'sweeps.restore': call(z.strictObject({ sweepId: z.int() }), affected),

  /** The workspace's own. */
  'templates.list': call(nothing, z.array(templateSchema)),
  /** Those that every workspace has, each on the size of its data set that is there. */
  'templates.builtIn': call(nothing, z.array(builtInTemplateSchema)),
  'templates.save': call(
    z.strictObject({ name: templateNameSchema, sweep: sweepSchema, replace: z.boolean().default(false) }),
    templateSchema,
  ),
  'templates.rename': call(z.strictObject({ id: z.int(), name: templateNameSchema }), nothing),
  'templates.remove': call(z.strictObject({ id: z.int() }), nothing),
} as const
