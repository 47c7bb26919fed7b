import { z } from 'zod'
import { analysisKindSchema } from '../analyses/analyses.ts'
import { analysisDetailsSchema, analysisRequestSchema, analysisSchema, analysisStateSchema } from '../analyses/analysis.ts'
import { call, runIds } from './call.ts'

const analysisIds = z.array(z.int()).min(1).max(10_000)

/** Calls on analyses of runs. */
export const analysisCalls = {
  /** Queues one analysis of these runs together; what was analysed before is given back as it is, which `reused` says. */
  'analyses.queue': call(analysisRequestSchema, z.strictObject({ analysis: analysisSchema, reused: z.boolean() })),
  /** Analyses in the order in which they were queued; with `runIds` those that look at one of these runs. */
  'analyses.list': call(
    z.strictObject({
      runIds: runIds.optional(),
      kinds: z.array(analysisKindSchema).optional(),
      states: z.array(analysisStateSchema).optional(),
    }),
    z.array(analysisSchema),
  ),
  'analyses.get': call(z.strictObject({ analysisId: z.int() }), analysisDetailsSchema),
  /** Ends waiting and running ones; nothing of them is kept. */
  'analyses.cancel': call(z.strictObject({ analysisIds }), z.strictObject({ analysisIds: z.array(z.int()) })),
  /** Removes ended ones with their results, for good. */
  'analyses.remove': call(z.strictObject({ analysisIds }), z.strictObject({ analysisIds: z.array(z.int()) })),
} as const
