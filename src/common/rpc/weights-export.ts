import { z } from 'zod'
import { datasetManifestSchema } from '../data/dataset.ts'
import { failureSchema } from './page-bridge.ts'
import { epochRecordSchema, runSummarySchema } from '../records/records.ts'
import { resultCheckpointSchema } from '../results/result-row.ts'
import { namingHabits } from '../weights/habits/habits.ts'
import { weightFormatNames } from '../weights/weight-format.ts'

const weightNamingSchema = z.enum(namingHabits.map(({ name }) => name))

/** What of a run's weights is written how, and where. */
export const weightsExportSchema = z.strictObject({
  runId: z.int(),
  checkpoint: resultCheckpointSchema.default('last'),
  format: z.enum(weightFormatNames),
  /** Whose names the arrays get; left out: those that most people expect of such a network. */
  naming: weightNamingSchema.optional(),
  /** Absolute path; one that ends in `.zip` becomes an archive of all files. Null for a new name in the workspace's exports. */
  path: z.string().nullable().default(null),
  /** Without a path: one archive instead of several files. */
  archive: z.boolean().default(false),
})
export type WeightsExport = z.output<typeof weightsExportSchema>

export const exportedWeightsSchema = z.strictObject({
  /** The weights, the folder of a SavedModel, or the archive. */
  path: z.string(),
  naming: weightNamingSchema,
  /** 1-based epoch of the checkpoint; 0 for an imported network. */
  epoch: z.int().min(0),
  /** Everything that was written. */
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int(), sha256: z.string() })).min(1),
})
export type ExportedWeights = z.infer<typeof exportedWeightsSchema>

/** Engine to the process that writes: one JSON text on its standard input. */
export const weightsJobSchema = z.strictObject({
  run: runSummarySchema,
  /** Version of the program. */
  version: z.string(),
  checkpoint: z.strictObject({
    choice: resultCheckpointSchema,
    path: z.string(),
    epoch: z.int(),
    step: z.int(),
    sha256: z.string(),
    /** What was measured at its end; null in mid-epoch and for imported networks. */
    record: epochRecordSchema.nullable(),
  }),
  /** Null where the data set is gone or another by now. */
  data: z.strictObject({ folder: z.string(), manifest: datasetManifestSchema, streamed: z.boolean() }).nullable(),
  format: z.enum(weightFormatNames),
  naming: weightNamingSchema,
  path: z.string(),
})
export type WeightsJob = z.infer<typeof weightsJobSchema>

/** The last line of what that process prints. */
export const weightsJobAnswerSchema = z.union([
  z.strictObject({ files: exportedWeightsSchema.shape.files }),
  z.strictObject({ failure: failureSchema }),
])
export type WeightsJobAnswer = z.infer<typeof weightsJobAnswerSchema>
