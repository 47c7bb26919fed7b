import { SkiplabError } from '../failure.ts'
import { Random, randomStreams } from '../training/random.ts'
import type { Labels } from './labels.ts'

/**
 * Chooses which training images are held out for validation (section 4.2 of the paper: 45k of 50k are trained on). A function
 * of its arguments alone: Fisher-Yates over all indices by the generator of `training/random.ts`, the first
 * `validationSize` of the shuffled indices held out. Both results ascend, so that file order is kept.
 *
 * With `labels` (class indices [count]) every class gives its equal share, to within one image: 5,000 of 50,000 hold 500 a class.
 *
 * @throws SkiplabError bad-input unless 0 <= validationSize < count
 */
export function splitIndices(
  count: number,
  validationSize: number,
  splitSeed: number,
  labels?: Labels,
): { train: Uint32Array; validation: Uint32Array } {
  if (!Number.isInteger(validationSize) || validationSize < 0 || validationSize >= count) {
    throw new SkiplabError(
      'bad-input',
      `The validation set takes from 0 to ${count - 1} of the ${count} training images; got ${validationSize}.`,
    )
  }
  if (labels && labels.length !== count) throw new SkiplabError('bad-input', `Expected ${count} labels, got ${labels.length}.`)
  const shuffled = new Random(splitSeed, randomStreams.split).shuffle(Uint32Array.from({ length: count }, (_, index) => index))
  const heldOut = new Uint8Array(count)
  for (const index of labels ? dealByClass(shuffled, labels) : shuffled) {
    if (validationSize === 0) break
    heldOut[index] = 1
    validationSize--
  }
  const indices = Uint32Array.from({ length: count }, (_, index) => index)
  return { train: indices.filter((index) => !heldOut[index]), validation: indices.filter((index) => heldOut[index]) }
}

/** Reorders indices so that each prefix holds every class in proportion to its size. */
function dealByClass(shuffled: Uint32Array, labels: Labels): Uint32Array {
  let classCount = 0
  for (const label of labels) if (label >= classCount) classCount = label + 1
  const sizes = new Uint32Array(classCount)
  for (const label of labels) sizes[label]!++
  const seen = new Uint32Array(classCount)
  const quantile = new Float64Array(labels.length)
  // The k-th image of a class of size s has quantile (k + 1/2) / s.
  for (const index of shuffled) {
    const label = labels[index]!
    quantile[index] = (seen[label]!++ + 0.5) / sizes[label]!
  }
  // The sort is stable: images of equal quantile stay in shuffled order.
  return Uint32Array.from([...shuffled].sort((a, b) => quantile[a]! - quantile[b]!))
}
