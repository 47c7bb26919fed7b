import { z } from 'zod'
import { importOptionsSchema } from '../data/import-options.ts'
import { inspectionSchema } from '../data/inspection.ts'
import { datasetSummarySchema } from '../records/records.ts'
import { call, nothing } from './call.ts'

/** `shape`: height, width, channels; `pixels`: its bytes in base64. Images of varied size come at most 96 pixels high and wide. */
const sampleSchema = z.strictObject({ index: z.int(), shape: z.tuple([z.int(), z.int(), z.int()]), pixels: z.string() })

/** Calls on data sets. */
export const datasetCalls = {
  'datasets.list': call(nothing, z.array(datasetSummarySchema)),
  /**
   * `from`: absolute path of an archive or folder; null downloads or generates what is known by name. `options` are for images of one's
   * own, and for known sets of photographs. `known`: the known data set that it is, where `name` is one's own. Progress comes as events.
   * One that is there already is returned unchanged if it is what was asked for.
   */
  'datasets.add': call(
    z.strictObject({
      name: z.string(),
      from: z.string().nullable(),
      options: importOptionsSchema.default({}),
      known: z.string().optional(),
    }),
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
