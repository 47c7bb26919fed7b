import { z } from 'zod'
import { datasetManifestSchema } from '../data/dataset.ts'
import { propagationRequestSchema, propagationSchema } from '../propagation/propagation.ts'
import { failureSchema } from './page-bridge.ts'

/** Engine to the process that computes: one JSON text on its standard input. */
export const propagationJobSchema = propagationRequestSchema.omit({ dataset: true }).extend({
  data: z.strictObject({ folder: z.string(), manifest: datasetManifestSchema }).nullable(),
  /** Cores that it may use. */
  threads: z.int().min(1),
})
export type PropagationJob = z.output<typeof propagationJobSchema>

/** The last line of what that process prints. */
export const propagationAnswerSchema = z.union([
  z.strictObject({ propagation: propagationSchema }),
  z.strictObject({ failure: failureSchema }),
])
export type PropagationAnswer = z.infer<typeof propagationAnswerSchema>
