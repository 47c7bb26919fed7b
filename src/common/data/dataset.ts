import { z } from 'zod'
import { SkiplabError } from '../failure.ts'
import { importOptionsSchema } from './import-options.ts'
import { classesOfLabelType, labelTypes } from './labels.ts'

/** Indices of images are int32 in a training program. */
const maximumImages = 2 ** 31 - 1
/** Height and width of an image fit 16 bits, as in a JPEG file and in an index. */
const maximumSide = 2 ** 16 - 1
const maximumSplits = 16

const fileNameSchema = z.string().refine((file) => /^[a-z0-9][a-z0-9.-]{0,99}$/.test(file), {
  error: ({ input }) => `${JSON.stringify(input)} is not the plain name of a file beside the manifest`,
})
/** Of a data set, and of its folder in the workspace. */
export const datasetNameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected lower-case letters, digits and dashes')
export const checksumSchema = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 of 64 hex digits')
const sideSchema = z.int().min(1).max(maximumSide)
const channelsSchema = z.int().min(1).max(16)

/**
 * `fixed`: every image is uint8 [height, width, channels]. `varied`: an index beside the images tells where each lies and how large it is.
 */
export const imageFormatSchema = z.discriminatedUnion('size', [
  z.strictObject({ size: z.literal('fixed'), height: sideSchema, width: sideSchema, channels: channelsSchema }),
  z.strictObject({
    size: z.literal('varied'),
    /** `raw`: uint8 [height, width, channels]; `encoded`: whole JPEG, PNG or WebP files as `image-index.ts` says, one behind the other. */
    encoding: z.enum(['raw', 'encoded']),
    /** Channels of the (decoded) images. */
    channels: channelsSchema,
  }),
])
export type ImageFormat = z.infer<typeof imageFormatSchema>
export type FixedImage = Extract<ImageFormat, { size: 'fixed' }>

const splitSchema = z.strictObject({
  count: z.int().min(1).max(maximumImages),
  /** File beside the manifest, no header: the images, one behind the other where all have one size, else where the index says. */
  images: fileNameSchema,
  /** File beside the manifest: class indices [count] of the manifest's label type, little-endian. */
  labels: fileNameSchema,
  /** Only for images of varied size: a file beside the manifest, see `image-index.ts`, and how long the images' file is. */
  index: z.strictObject({ file: fileNameSchema, imagesBytes: z.int().min(1) }).optional(),
  /** SHA-256 (hex) of the images file followed by the labels file and, where there is one, the index. */
  checksum: checksumSchema,
})
export type DatasetSplit = z.infer<typeof splitSchema>

/** `datasets/<name>/manifest.json` of a workspace, version 2: a data set in the form that training reads. */
export const datasetManifestSchema = z
  .strictObject({
    format: z.literal(2),
    /** Lower case, digits, dashes: `cifar10`, `shapes-10`. */
    name: datasetNameSchema,
    title: z.string(),
    classes: z.array(z.string().max(200)).min(2).max(1_000_000),
    labelType: z.enum(labelTypes),
    image: imageFormatSchema,
    /** `train`, `test` and others by name; `validation` is validated on instead of images held out of `train`. */
    splits: z.object({ train: splitSchema, test: splitSchema }).catchall(splitSchema),
    /** Where it came from, in words, with the checksum of the archive if there was one. */
    source: z.string(),
    /** What the import did to the images and noticed about them, in whole sentences. */
    notes: z.array(z.string()).max(100).optional(),
    /** What was asked of its import, and the known data set that it is where it is stored under another name. */
    asked: z.strictObject({ known: datasetNameSchema.optional(), options: importOptionsSchema }).optional(),
    /** SHA-256 (hex) over the splits' checksums; a run stores it, and refuses a data set whose checksum changed. */
    checksum: checksumSchema,
    createdAt: z.string(),
  })
  .superRefine(({ classes, labelType, image, splits }, context) => {
    const report = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    if (classes.length > classesOfLabelType(labelType)) report(['labelType'], `${labelType} cannot tell ${classes.length} classes apart`)
    const names = Object.keys(splits)
    if (names.length > maximumSplits) report(['splits'], `expected at most ${maximumSplits} splits, got ${names.length}`)
    const misnamed = names.find((name) => !/^[a-z][a-z0-9-]{0,30}$/.test(name))
    if (misnamed !== undefined)
      report(['splits'], `expected names of lower-case letters, digits and dashes, got ${JSON.stringify(misnamed)}`)
    for (const [name, split] of Object.entries(splits)) {
      if (image.size === 'varied' && !split.index) report(['splits', name, 'index'], 'expected an index, since images have their own sizes')
      if (image.size === 'fixed' && split.index) report(['splits', name, 'index'], 'expected no index, since all images have one size')
    }
  })
export type DatasetManifest = z.infer<typeof datasetManifestSchema>

/** Lists the names of a data set's splits: train, test, then the others by name. */
export function splitNamesOf(splits: DatasetManifest['splits']): string[] {
  const others = Object.keys(splits).filter((name) => name !== 'train' && name !== 'test')
  return ['train', 'test', ...others.sort()]
}

/** @throws SkiplabError not-found, naming the splits that there are */
export function splitOf({ name, splits }: Pick<DatasetManifest, 'name' | 'splits'>, split: string): DatasetSplit {
  const found = Object.hasOwn(splits, split) ? splits[split] : undefined
  if (found) return found
  throw new SkiplabError('not-found', `${name} has no split "${split}"; it has ${splitNamesOf(splits).join(', ')}.`)
}

/**
 * Finds the one size of a data set's images, uint8 [height, width, channels].
 * @throws SkiplabError bad-input when each image has a size of its own
 */
export function fixedImageOf({ name, image }: Pick<DatasetManifest, 'name' | 'image'>): FixedImage {
  if (image.size === 'fixed') return image
  throw new SkiplabError('bad-input', `The images of ${name} have sizes of their own; expected a data set whose images all have one size.`)
}

/** Counts the images that a run reads: train (also where some are held out), validation where there is one, and test. */
export const runImagesOf = ({ train, validation, test }: PlannedSplits): number => train.count + (validation?.count ?? 0) + test.count

/** Counts of the splits that a run reads. */
export interface PlannedSplits {
  readonly train: { readonly count: number }
  readonly test: { readonly count: number }
  readonly validation?: { readonly count: number } | undefined
}

/** Computes the bytes of one image, uint8 [height, width, channels]. */
export const imageBytesOf = ({ height, width, channels }: Pick<FixedImage, 'height' | 'width' | 'channels'>): number =>
  height * width * channels
