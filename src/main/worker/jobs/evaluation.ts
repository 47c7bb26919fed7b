import type { LayerStatistic } from '../../../common/records/records.ts'
import type { SplitResult } from '../../../common/results/metrics.ts'
import type { Backend, ResponseMoments } from '../backend/backend.ts'
import type { ImageSet } from '../source/batches/batch-source.ts'

/** Lets messages in; called before each blocking call. @returns false when the work is to be left */
type MayGoOn = () => Promise<boolean>

export interface EvaluationSet {
  readonly images: ImageSet
  /** How many of its first images give layer responses too. */
  readonly responseImages: number
}

export interface EvaluationResult {
  /** Means over the set's images. */
  readonly result: SplitResult
  /** The class with the highest score of each image, in the set's order. */
  readonly predictions: Int32Array
  /**
   * Mean and standard deviation of each layer's response over all values of the first `responseImages` images; empty without such
   * images.
   */
  readonly layers: Omit<LayerStatistic, 'epoch'>[]
}

/**
 * Computes mean loss, mean errors and predicted classes of a set of images with running statistics; zeros for an empty set.
 * @returns null when it was left before its end
 */
export async function evaluate(backend: Backend, set: EvaluationSet, mayGoOn: MayGoOn): Promise<EvaluationResult | null> {
  const responses = new ResponseSums()
  const sums = { loss: 0, topOne: 0, topFive: 0 }
  const predictions: number[] = []
  let hasTopFive = false
  for (const { start, end, withResponses } of batches(backend, set)) {
    if (!(await mayGoOn())) return null
    const images = await set.images.read(start, end)
    const evaluated = withResponses ? responses.add(backend.observe(images)) : backend.evaluate(images)
    sums.loss += total(evaluated.losses)
    sums.topOne += total(evaluated.topOneErrors)
    sums.topFive += total(evaluated.topFiveErrors ?? [])
    hasTopFive ||= evaluated.topFiveErrors !== null
    for (const predicted of evaluated.predictions) predictions.push(predicted)
  }
  const count = Math.max(1, set.images.count)
  const result = { loss: sums.loss / count, topOneError: sums.topOne / count }
  return {
    result: hasTopFive ? { ...result, topFiveError: sums.topFive / count } : result,
    predictions: Int32Array.from(predictions),
    layers: responses.statistics(),
  }
}

function total(values: Iterable<number>): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

/** Puts moments of images' responses together. A layer's responses have the same size for every image. */
class ResponseSums {
  readonly #sums = new Map<string, { images: number; mean: number; square: number }>()

  /** Adds a batch's moments. @returns the batch */
  add<Batch extends { readonly responses: readonly ResponseMoments[] }>(batch: Batch): Batch {
    for (const { layer, means, variances } of batch.responses) {
      const sum = this.#sums.get(layer) ?? { images: 0, mean: 0, square: 0 }
      sum.images += means.length
      means.forEach((mean, image) => {
        sum.mean += mean
        sum.square += variances[image]! + mean * mean
      })
      this.#sums.set(layer, sum)
    }
    return batch
  }

  statistics(): Omit<LayerStatistic, 'epoch'>[] {
    return [...this.#sums].map(([layer, sum]) => {
      const mean = sum.mean / sum.images
      return { layer, mean, std: Math.sqrt(Math.max(0, sum.square / sum.images - mean * mean)) }
    })
  }
}

/** Cuts the set into what the backend evaluates at once, possibly less: first the images that give responses, then the others. */
function* batches(
  { capabilities }: Backend,
  { images: { count }, responseImages }: EvaluationSet,
): Generator<{ start: number; end: number; withResponses: boolean }> {
  const size = capabilities.evaluationBatchSize
  const boundary = Math.min(responseImages, count)
  for (let start = 0; start < boundary; start += size) yield { start, end: Math.min(boundary, start + size), withResponses: true }
  for (let start = boundary; start < count; start += size) yield { start, end: Math.min(count, start + size), withResponses: false }
}
