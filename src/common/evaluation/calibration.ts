import { z } from 'zod'
import type { Predictions } from './predictions.ts'

const fraction = z.number().min(0).max(1)

/** How far scores are what they seem: among images scored 0.8 four of five should be right. */
export const calibrationSchema = z.strictObject({
  /** Of equal width from 0 to 1, by the score of the predicted class. */
  bins: z.array(
    z.strictObject({
      from: fraction,
      to: fraction,
      images: z.int().min(0),
      /** Mean score of the predicted class; null without images. */
      confidence: fraction.nullable(),
      /** Share of the images whose predicted class is the label; null without images. */
      accuracy: fraction.nullable(),
    }),
  ),
  /** Expected calibration error: the bins' |accuracy - confidence|, weighted by their images (Guo et al. 2017, eq. 3). */
  expectedError: fraction,
})
export type Calibration = z.infer<typeof calibrationSchema>

/** As in "On Calibration of Modern Neural Networks". */
const binCount = 15

export function calibrationOf({ labels, predictions, probabilities }: Predictions, bins = binCount): Calibration {
  const sums = Array.from({ length: bins }, () => ({ images: 0, confidence: 0, right: 0 }))
  for (const [image, probability] of probabilities.entries()) {
    // The bin (from, to] of the paper; a score of exactly 0 does not occur.
    const sum = sums[Math.min(bins - 1, Math.max(0, Math.ceil(probability * bins) - 1))]!
    sum.images++
    sum.confidence += probability
    if (predictions[image] === labels[image]) sum.right++
  }
  const total = Math.max(1, labels.length)
  return {
    bins: sums.map(({ images, confidence, right }, index) => ({
      from: index / bins,
      to: (index + 1) / bins,
      images,
      confidence: images > 0 ? Math.min(1, confidence / images) : null,
      accuracy: images > 0 ? right / images : null,
    })),
    expectedError: Math.min(1, sums.reduce((sum, { confidence, right }) => sum + Math.abs(right - confidence), 0) / total),
  }
}
