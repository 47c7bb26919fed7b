import { z } from 'zod'

/** Sides of the images that an import makes, in pixels. */
export const sideRange = { least: 8, most: 1024 } as const

/** What people may ask of an import of image folders. */
export const importOptionsSchema = z.strictObject({
  /**
   * Pixels: the shorter side is scaled to it and the middle cut out. `keep`: images stay as they are. Without it images must all have
   * one size.
   */
  size: z.union([z.int().min(sideRange.least).max(sideRange.most), z.literal('keep')]).optional(),
  /** The classes to take, in the order of their labels; all of them, by name, where it is left out. */
  classes: z.array(z.string().min(1).max(200)).min(2).max(1_000_000).optional(),
  /** At most so many training images of each class, drawn by the seed. */
  perClass: z.int().min(1).optional(),
  /** The same for test images, and for those of a validation split. */
  testPerClass: z.int().min(1).optional(),
  /** Share of each class that becomes test images where the images are not divided into splits: above 0, below 1. */
  testShare: z.number().gt(0).lt(1).optional(),
  /** Of the draws above. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .optional(),
  title: z.string().trim().min(1).max(120).optional(),
})
export type ImportOptions = z.infer<typeof importOptionsSchema>

export const defaultTestShare = 0.2
export const defaultImportSeed = 1
