import { hasTopFive, type SplitResult } from '../results/metrics.ts'
import { predictedClass } from './predictions.ts'

/** The smallest normal fp32 number stands in for a score that fp32 rounds to nothing: a loss of at most 87.3 nats. */
const smallestScore = 2 ** -126

/** Loss and errors of scores that come block by block. */
export class ScoreSums {
  readonly #classes: number
  #images = 0
  #loss = 0
  #topOne = 0
  #topFive = 0

  constructor(classes: number) {
    this.#classes = classes
  }

  /** @param scores softmax, fp32 [images, classes] @param labels [images] */
  add(scores: Float32Array, labels: Int32Array): void {
    for (const [row, label] of labels.entries()) {
      const start = row * this.#classes
      const score = scores[start + label]!
      this.#loss -= Math.log(Math.max(score, smallestScore))
      if (predictedClass(scores, row, this.#classes) !== label) this.#topOne++
      let higher = 0
      for (let index = 0; index < this.#classes; index++) if (scores[start + index]! > score) higher++
      if (higher >= 5) this.#topFive++
    }
    this.#images += labels.length
  }

  /** Means over all images. @throws RangeError without images */
  result(): SplitResult {
    if (this.#images === 0) throw new RangeError('No images were scored.')
    const result = { loss: this.#loss / this.#images, topOneError: this.#topOne / this.#images }
    return hasTopFive(this.#classes) ? { ...result, topFiveError: this.#topFive / this.#images } : result
  }
}
