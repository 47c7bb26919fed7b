import type { AnalysisTable } from '../analyses/kinds/define-analysis.ts'
import { csvLine } from './csv.ts'

/** The table of an analysis as CSV text, with all digits. */
export function tableCsv({ columns, rows }: AnalysisTable): string {
  return [columns.map(({ name }) => name), ...rows].map(csvLine).join('')
}
