import type { Analysis } from '../../../common/analyses/analysis.ts'
import { analysisNamed, readResult } from '../../../common/analyses/analyses.ts'
import type { AnalysisTable } from '../../../common/analyses/kinds/define-analysis.ts'
import { csvLine } from '../../../common/export/csv.ts'
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
  return analyses.flatMap(({ analysis, result }): ReportBlock[] => {
    const { id, kind, runIds, epochs, checkpoint, split, options } = analysis
    const definition = analysisNamed(kind)
    const names = runIds.map((runId, index) => ({
      id: runId,
      name: runs.find(({ summary }) => summary.id === runId)?.summary.name ?? `run ${runId}`,
      epoch: epochs[index] ?? 0,
    }))
    const numbers = definition.table(readResult(kind, result), names)
    const asked = Object.entries(options).map(([name, value]) => `${name} ${String(value)}`)
    return [
      { kind: 'text', text: `${definition.title} of ${names.map(({ name }) => name).join('; ')}. ${definition.words}` },
      { kind: 'text', tone: 'quiet', text: `Analysis ${id}: checkpoint ${checkpoint}, ${split} images, ${asked.join(', ')}.` },
      ...numbers.notes.map((text): ReportBlock => ({ kind: 'text', text })),
      ...(numbers.rows.length <= mostRows ? [tableBlock(definition.title, numbers)] : []),
      {
        kind: 'file',
        name: `analysis-${id}-${kind}.csv`,
        mime: 'text/csv',
        text: csvText(numbers),
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
    rows: rows.map((row) =>
      row.map((value, index) => {
        const { digits } = columns[index]!
        if (value === null) return '–'
        return typeof value === 'number' && digits !== undefined ? String(Number(value.toPrecision(digits))) : String(value)
      }),
    ),
  }
}

function csvText({ columns, rows }: AnalysisTable): string {
  return [columns.map(({ name }) => name), ...rows].map(csvLine).join('')
}
