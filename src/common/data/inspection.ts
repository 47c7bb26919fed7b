import { z } from 'zod'

const pixels = z.int().min(1)
/** Height and width. */
const sizeSchema = z.tuple([pixels, pixels])

/** What an import would make of a folder or an archive. */
export const inspectionSchema = z.strictObject({
  /** In words: "Folder of images", "CIFAR-100, Python version". */
  form: z.string(),
  /** Name for the data set where none was given. */
  name: z.string(),
  /** Whether classes and numbers of images can be asked for, and sizes and shares where `takesSize` says so. */
  takesOptions: z.boolean(),
  takesSize: z.boolean(),
  /** In the order of their labels; images by split, null for a split that there is not. */
  classes: z.array(z.strictObject({ name: z.string(), train: z.int(), validation: z.int().nullable(), test: z.int() })),
  /** Images with the fewest and the most pixels: of all where every image was read, else of some; null where none was read. */
  sizes: z.strictObject({ smallest: sizeSchema, largest: sizeSchema }).nullable(),
  /** The first thousand problems; an import is refused while there are any. */
  problems: z.array(z.string()),
  problemCount: z.int(),
  /** What an import does to the images or noticed about them, in whole sentences. */
  notes: z.array(z.string()),
  /** `images`: every image was decoded; `names`: files were told by their names. */
  checked: z.enum(['names', 'images']),
})
export type Inspection = z.infer<typeof inspectionSchema>
