import { type Confusion, confusionMatrix } from '../results/confusion.ts'
import { csvLine } from './csv.ts'

/** A confusion matrix as CSV text: a row a label, a column a predicted class, in the order of the classes. */
export function confusionCsv(confusion: Pick<Confusion, 'classes' | 'counts'>): string {
  const { classes } = confusion
  const rows = confusionMatrix(confusion).map((images, label) => [classes[label]!, ...images])
  return [['label', ...classes], ...rows].map(csvLine).join('')
}
