import { z } from 'zod'
import { evaluationDetailsSchema, evaluationRequestSchema, evaluationSchema, evaluationStateSchema } from '../evaluation/evaluation.ts'
import { call, runIds } from './call.ts'

const evaluationIds = z.array(z.int()).min(1).max(10_000)

/** Calls on tests of runs. */
export const evaluationCalls = {
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
} as const
