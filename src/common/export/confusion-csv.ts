import { type ClassError, classErrors, type Confusion, confusionMatrix } from '../results/confusion.ts'
import { csvLine, type CsvValue } from './csv.ts'

type Counted = Pick<Confusion, 'classes' | 'counts'>

/** A confusion matrix as CSV text: a row a label, a column a predicted class, in the order of the classes. */
export function confusionCsv(confusion: Counted): string {
  const { classes } = confusion
  const rows = confusionMatrix(confusion).map((images, label) => [classes[label]!, ...images])
  return [['label', ...classes], ...rows].map(csvLine).join('')
}

/** Columns of errors by class. */
export const classErrorColumns = ['class', 'images', 'wrong', 'error', 'mostly_taken_for', 'mostly_taken_for_images'] as const

export function classErrorCells({ name, images, wrong, error, takenFor }: ClassError): CsvValue[] {
  return [name, images, wrong, error, takenFor?.name ?? null, takenFor?.images ?? null]
}

/** Errors of classes as CSV text: a row a class that has images, the worst first. */
export function classErrorsCsv(confusion: Counted): string {
  return [[...classErrorColumns], ...classErrors(confusion).map(classErrorCells)].map(csvLine).join('')
}
