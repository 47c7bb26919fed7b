import type { Analysis } from '../../../../../common/analyses/analysis.ts'
import { tableOf } from '../../../../../common/analyses/analysis-table.ts'
import { namesOfRuns } from '../../../../../common/analysis-figures/drawn-analysis.ts'
import { tableCsv } from '../../../../../common/export/analysis-csv.ts'
import type { RunSummary } from '../../../../../common/records/records.ts'

/** What shows a result is given: `runs` are those of the analysis that are still there. */
interface ShownResult {
  readonly analysis: Analysis
  readonly result: unknown
  readonly runs: readonly RunSummary[]
}

/** The whole result as CSV text. */
export function resultCsv({ analysis, result, runs }: ShownResult): Promise<string> {
  return Promise.resolve(tableCsv(tableOf({ analysis, result }, namesOfRuns(runs))))
}
