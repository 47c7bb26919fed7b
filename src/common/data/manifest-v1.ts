import { z } from 'zod'
import { checksumSchema, type DatasetManifest } from './dataset.ts'

const splitSchema = z.strictObject({ count: z.int(), images: z.string(), labels: z.string(), checksum: checksumSchema })

/** `manifest.json` as versions 0.1 and 0.2 wrote it: images of one size, at most 256 classes, a byte a label, two splits. */
export const manifestV1Schema = z.strictObject({
  format: z.literal(1),
  name: z.string(),
  title: z.string(),
  classes: z.array(z.string()).max(256),
  height: z.int(),
  width: z.int(),
  channels: z.int(),
  splits: z.strictObject({ train: splitSchema, test: splitSchema }),
  source: z.string(),
  checksum: checksumSchema,
  createdAt: z.string(),
})

/** Describes the same data set in the form of version 2, with the same checksum; the schema of version 2 checks bounds. */
export function upgradeManifest({ height, width, channels, ...rest }: z.infer<typeof manifestV1Schema>): DatasetManifest {
  return { ...rest, format: 2, labelType: 'uint8', image: { size: 'fixed', height, width, channels } }
}
