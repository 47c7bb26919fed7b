import type { Predictions } from '../../common/evaluation/predictions.ts'
import { csvLine } from '../../common/export/csv.ts'

const columns = ['split', 'image', 'label', 'label_name', 'prediction', 'prediction_name', 'probability', 'label_probability', 'wrong']

/** What was said of each image, a row each, as CSV text. @param split of the data set that the images' indices count */
export function predictionsCsv(of: Predictions, split: string, classes: readonly string[]): string {
  const { indices, labels, predictions, probabilities, labelProbabilities } = of
  const rows = Array.from(labels, (label, row) => {
    const prediction = predictions[row]!
    const scores = [probabilities[row]!, labelProbabilities[row]!].map((score) => Number(score.toPrecision(7)))
    return [split, indices[row]!, label, classes[label]!, prediction, classes[prediction]!, ...scores, label === prediction ? 0 : 1]
  })
  return [columns, ...rows].map(csvLine).join('')
}
