/** What a network, or an ensemble, says of each image of a split, [images] each. */
export interface Predictions {
  /** Index of each image in the split of the data set where it lies. */
  readonly indices: Int32Array
  readonly labels: Int32Array
  /** The class with the highest score, the first of equals. */
  readonly predictions: Int32Array
  /** Score of the predicted class, 0 to 1. */
  readonly probabilities: Float32Array
  /** Score of the label, 0 to 1. */
  readonly labelProbabilities: Float32Array
}

/** Finds the highest of one image's scores, the first of equals. @param row number of the image in scores [images, classes] */
export function predictedClass(scores: Float32Array, row: number, classes: number): number {
  const start = row * classes
  let best = 0
  for (let index = 1; index < classes; index++) if (scores[start + index]! > scores[start + best]!) best = index
  return best
}
