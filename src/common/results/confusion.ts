import { z } from 'zod'
import { resultCheckpointSchema } from './result-row.ts'
import { splitSchema } from './splits.ts'

/** Label, predicted class (both from 0) and how many images; pairs that did not occur are left out. */
export const confusionCountSchema = z.tuple([z.int().min(0), z.int().min(0), z.int().min(1)])
export type ConfusionCount = z.infer<typeof confusionCountSchema>

/** Which classes a run's network took for which. */
export const confusionSchema = z.strictObject({
  checkpoint: resultCheckpointSchema,
  /** The checkpoint's, 1-based. */
  epoch: z.int().min(1),
  split: splitSchema,
  /** Names of the classes; numbers from 0 where the data set is gone. */
  classes: z.array(z.string()).min(2),
  /** By label, then by predicted class. */
  counts: z.array(confusionCountSchema),
})
export type Confusion = z.infer<typeof confusionSchema>

/**
 * Counts pairs of label and predicted class, by label, then by predicted class.
 * @param labels class indices [images]
 * @param predictions class indices [images]
 */
export function countConfusion(labels: ArrayLike<number>, predictions: ArrayLike<number>, classes: number): ConfusionCount[] {
  const images = new Map<number, number>()
  for (let image = 0; image < labels.length; image++) {
    const pair = labels[image]! * classes + predictions[image]!
    images.set(pair, (images.get(pair) ?? 0) + 1)
  }
  return [...images].sort(([a], [b]) => a - b).map(([pair, count]) => [Math.floor(pair / classes), pair % classes, count])
}

export interface ClassError {
  readonly classIndex: number
  readonly name: string
  readonly images: number
  readonly wrong: number
  /** Share of the class's images that were taken for another, 0 to 1. */
  readonly error: number
  /** The class that most of the wrong images were taken for; null without wrong images. */
  readonly takenFor: { readonly name: string; readonly images: number } | null
}

/** Errors of the classes that have images, the worst first; equal ones in the order of the classes. */
export function classErrors({ classes, counts }: Pick<Confusion, 'classes' | 'counts'>): ClassError[] {
  const rows = classes.map((name, classIndex) => ({ name, classIndex, images: 0, wrong: 0, takenFor: null as ClassError['takenFor'] }))
  for (const [label, predicted, images] of counts) {
    const row = rows[label]!
    row.images += images
    if (label === predicted) continue
    row.wrong += images
    if (images > (row.takenFor?.images ?? 0)) row.takenFor = { name: classes[predicted]!, images }
  }
  return rows
    .filter(({ images }) => images > 0)
    .map((row) => ({ ...row, error: row.wrong / row.images }))
    .sort((a, b) => b.error - a.error)
}

/** Images by label and predicted class: [classes][classes]. */
export function confusionMatrix({ classes, counts }: Pick<Confusion, 'classes' | 'counts'>): number[][] {
  const matrix = classes.map(() => Array<number>(classes.length).fill(0))
  for (const [label, predicted, images] of counts) matrix[label]![predicted] = images
  return matrix
}
