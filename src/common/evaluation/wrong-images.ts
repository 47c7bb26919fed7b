import { z } from 'zod'
import type { Predictions } from './predictions.ts'

const score = z.number().min(0).max(1)

/** An image that was taken for another class. */
export const wrongImageSchema = z.strictObject({
  /** In the split of the data set where it lies. */
  index: z.int().min(0),
  /** Class indices. */
  label: z.int().min(0),
  prediction: z.int().min(0),
  /** Score of the predicted class. */
  probability: score,
  /** Score of the label. */
  labelProbability: score,
})
export type WrongImage = z.infer<typeof wrongImageSchema>

/** Lists wrong images, those first whose wrong class has the highest score; equal ones in the order of the split. */
export function mostWrong(of: Predictions, limit: number): WrongImage[] {
  return listed(of, wrongRows(of), limit)
}

export interface WrongInOne {
  readonly bothWrong: number
  readonly onlyThisWrong: number
  readonly onlyOtherWrong: number
  /** As this one sees them; the most wrong ones. */
  readonly onlyThis: WrongImage[]
  /** As the other one sees them; the most wrong ones. */
  readonly onlyOther: WrongImage[]
}

/** Finds the images that only one of two gets wrong. Both are of the same images in the same order. */
export function wrongInOne(one: Predictions, other: Predictions, limit: number): WrongInOne {
  const [wrong, wrongOther] = [wrongRows(one), wrongRows(other)]
  const [inOne, inOther] = [new Set(wrong), new Set(wrongOther)]
  const onlyThis = wrong.filter((row) => !inOther.has(row))
  const onlyOther = wrongOther.filter((row) => !inOne.has(row))
  return {
    bothWrong: wrong.length - onlyThis.length,
    onlyThisWrong: onlyThis.length,
    onlyOtherWrong: onlyOther.length,
    onlyThis: listed(one, onlyThis, limit),
    onlyOther: listed(other, onlyOther, limit),
  }
}

function wrongRows({ labels, predictions }: Predictions): number[] {
  return Array.from(labels.keys()).filter((row) => labels[row] !== predictions[row])
}

function listed(
  { indices, labels, predictions, probabilities, labelProbabilities }: Predictions,
  rows: number[],
  limit: number,
): WrongImage[] {
  return [...rows]
    .sort((a, b) => probabilities[b]! - probabilities[a]! || a - b)
    .slice(0, limit)
    .map((row) => ({
      index: indices[row]!,
      label: labels[row]!,
      prediction: predictions[row]!,
      probability: Math.min(1, probabilities[row]!),
      labelProbability: Math.min(1, labelProbabilities[row]!),
    }))
}
