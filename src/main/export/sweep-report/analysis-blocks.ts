import { type Analysis, checkpointsText } from '../../../common/analyses/analysis.ts'
import { analysisNamed } from '../../../common/analyses/analyses.ts'
import { analysedNames, cellText, readableTableOf, tableOf } from '../../../common/analyses/analysis-table.ts'
import type { AnalysisTable } from '../../../common/analyses/kinds/define-analysis.ts'
import { tableCsv } from '../../../common/export/analysis-csv.ts'
import type { ReportBlock } from '../../../common/report/sweep-report.ts'
import type { ReportInput } from './report-input.ts'

/** Rows that a page can hold; longer tables are files. */
const mostRows = 40

/** A finished analysis with what it came to. */
export interface ReportedAnalysis {
  readonly analysis: Analysis
  readonly result: unknown
}

/** Finished analyses of the sweep's runs: what was asked, what was found, and the numbers, in a table or as a file. */
export function analysisBlocks({ analyses, runs }: ReportInput): ReportBlock[] {
  const names = new Map(runs.map(({ summary: { id, name } }) => [id, name]))
  return analyses.flatMap(({ analysis, result }): ReportBlock[] => {
    const { id, kind, checkpoint, split, options } = analysis
    const definition = analysisNamed(kind)
    const numbers = tableOf({ analysis, result }, names)
    const { table: readable } = readableTableOf({ analysis, result }, names)
    const analysed = analysedNames(analysis, names)
    const asked = Object.entries(options).map(([name, value]) => `${name} ${String(value)}`)
    return [
      { kind: 'text', text: `${definition.title} of ${[...new Set(analysed.map(({ name }) => name))].join('; ')}. ${definition.words}` },
      {
        kind: 'text',
        tone: 'quiet',
        text: `Analysis ${id}: checkpoint ${checkpointsText(checkpoint)}, ${split} images, ${asked.join(', ')}.`,
      },
      ...numbers.notes.map((text): ReportBlock => ({ kind: 'text', text })),
      ...(readable.rows.length <= mostRows ? [tableBlock(definition.title, readable)] : []),
      {
        kind: 'file',
        name: `analysis-${id}-${kind}.csv`,
        mime: 'text/csv',
        text: tableCsv(numbers),
        words: `the numbers of analysis ${id}, ${definition.title}`,
      },
    ]
  })
}

function tableBlock(caption: string, { columns, rows }: AnalysisTable): ReportBlock {
  const isNumber = (index: number): boolean => rows.some((row) => typeof row[index] === 'number')
  return {
    kind: 'table',
    caption,
    columns: columns.map(({ title }, index) => ({ title, right: isNumber(index) })),
    rows: rows.map((row) => row.map((value, index) => (value === null ? '–' : cellText(value, columns[index]!)))),
  }
}
