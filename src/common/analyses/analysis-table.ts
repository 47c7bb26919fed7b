import { analysisNamed } from './analyses.ts'
import type { AnalysisDetails } from './analysis.ts'
import type { AnalysisTable } from './kinds/define-analysis.ts'

/** Writes the table of a finished analysis. @param names of runs by number @throws z.ZodError where it has no result */
export function tableOf({ analysis, result }: AnalysisDetails, names: ReadonlyMap<number, string>): AnalysisTable {
  const { kind, runIds, epochs } = analysis
  const definition = analysisNamed(kind)
  const runs = runIds.map((id, index) => ({ id, name: names.get(id) ?? `run ${id}`, epoch: epochs[index] ?? 0 }))
  return definition.table(definition.result.parse(result), runs)
}

/** A value as people read it, rounded to the column's digits. */
export function cellText(value: string | number | null, { digits }: AnalysisTable['columns'][number]): string {
  if (value === null) return ''
  return typeof value === 'number' && digits !== undefined ? String(Number(value.toPrecision(digits))) : String(value)
}
