import { z } from 'zod'
import { familySchema, shortcutOptionSchema } from '../network/families/families.ts'
import { networkDesignSchema } from '../network/design.ts'
import { importFormatSchema } from '../weights/imported-from.ts'
import { runNameSchema } from './run-name.ts'

const moments = z.array(z.number()).min(1).max(16)

/** What a person says of a file of weights; what is left out is recognised, or taken as the code has it whose names these are. */
export const weightOptionsSchema = z.strictObject({
  /** Fields of the design, such as family, shortcut and shortcutPadding, in place of those that were recognised. */
  network: z.looseObject({ architecture: z.string(), family: familySchema, shortcut: shortcutOptionSchema }).partial().default({}),
  /** Data set whose classes these are; checked where it is in the workspace. */
  dataset: z.string().min(1).max(120).nullable().default(null),
  /** Mean and standard deviation of each channel, in the file's order of channels; null: as its code has it. */
  mean: moments.nullable().default(null),
  std: moments.nullable().default(null),
  /** Range of the images that mean and deviation speak of: 0 to 1, or 0 to 255. */
  range: z.union([z.literal(1), z.literal(255)]).default(1),
  /** Order in which the first convolution reads the channels of colour images; null: as its code has it. */
  channelOrder: z.enum(['rgb', 'bgr']).nullable().default(null),
  /** Added to the variances of BN; null: as the file or its code has it. */
  epsilon: z.number().positive().max(1).nullable().default(null),
  /** Height and width of the images, pixels; null: of the data set, else the architecture's usual. */
  imageSize: z.int().min(8).max(512).nullable().default(null),
})
export type WeightOptions = z.output<typeof weightOptionsSchema>
export type WeightOptionsInput = z.input<typeof weightOptionsSchema>

const shape = z.array(z.int().min(0))

/** What is in a file of weights, and what its import would make of it. */
export const weightInspectionSchema = z.strictObject({
  /** Name without its folder. */
  file: z.string(),
  bytes: z.number(),
  format: importFormatSchema,
  tensors: z.array(z.strictObject({ name: z.string(), type: z.string(), shape })),
  /** The network that the weights would be of; null where none was recognised. */
  network: z.strictObject({ design: networkDesignSchema, label: z.string(), layers: z.int(), parameterCount: z.int() }).nullable(),
  /** Whose names these are, for people; null without a network. */
  by: z.string().nullable(),
  /** Each array of the file that is taken, and what it becomes. */
  arrays: z.array(z.strictObject({ from: z.string(), to: z.string(), shape })),
  /** Biases that BN's running means take in, which changes no score. */
  folded: z.array(z.string()),
  /** What does not fit; only what fits whole is imported. */
  mismatches: z.array(z.string()),
  /** What cannot be seen in the file and how it was taken, in whole sentences. */
  notes: z.array(z.string()),
  /** Of images scaled to 0..1, red, green, blue; null: nothing is subtracted. */
  normalization: z.strictObject({ mean: z.array(z.number()), std: z.array(z.number()) }).nullable(),
  dataset: z.strictObject({ name: z.string(), present: z.boolean() }).nullable(),
})
export type WeightInspection = z.infer<typeof weightInspectionSchema>

/** A file to be imported; `path` is absolute, on the engine's machine. */
export const weightImportSchema = z.strictObject({
  path: z.string().min(1),
  options: weightOptionsSchema.prefault({}),
  /** Of the run; null: of the file. */
  name: runNameSchema.nullable().default(null),
})
