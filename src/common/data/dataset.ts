import { z } from 'zod'

const splitSchema = z.strictObject({
  count: z.int().min(1),
  /** File beside the manifest: uint8 [count, height, width, channels], no header. */
  images: z.string(),
  /** File beside the manifest: uint8 [count], class indices. */
  labels: z.string(),
  /** SHA-256 (hex) of the images file followed by the labels file. */
  checksum: z.string().regex(/^[0-9a-f]{64}$/),
})

/** `datasets/<name>/manifest.json` of a workspace: a data set in the form that training reads. */
export const datasetManifestSchema = z.strictObject({
  format: z.literal(1),
  /** Lower case, digits, dashes: `cifar10`, `shapes-10`. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  title: z.string(),
  classes: z.array(z.string()).min(2).max(256),
  height: z.int(),
  width: z.int(),
  channels: z.int(),
  splits: z.strictObject({ train: splitSchema, test: splitSchema }),
  /** Where it came from, in words, with the checksum of the archive if there was one. */
  source: z.string(),
  /** SHA-256 (hex) over both splits' checksums; a run stores it, and refuses a data set whose checksum changed. */
  checksum: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: z.string(),
})
export type DatasetManifest = z.infer<typeof datasetManifestSchema>
