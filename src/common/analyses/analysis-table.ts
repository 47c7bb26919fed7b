import { analysisNamed } from './analyses.ts'
import type { Analysis, AnalysisDetails } from './analysis.ts'
import type { AnalysedName, AnalysisTable } from './kinds/define-analysis.ts'

/** What results call the runs of an analysis, in its order. @param names of runs by number; one that is gone is "run 3" */
export function analysedNames({ runIds, epochs }: Pick<Analysis, 'runIds' | 'epochs'>, names: ReadonlyMap<number, string>): AnalysedName[] {
  const isSeveral = new Set(runIds).size < runIds.length
  return runIds.map((id, index) => {
    const [name, epoch] = [names.get(id) ?? `run ${id}`, epochs[index] ?? 0]
    return { id, name, epoch, label: isSeveral ? `${name}, ${epoch === 0 ? 'at initialisation' : `epoch ${epoch}`}` : name }
  })
}

/** Writes the table of a finished analysis. @param names of runs by number @throws z.ZodError where it has no result */
export function tableOf({ analysis, result }: AnalysisDetails, names: ReadonlyMap<number, string>): AnalysisTable {
  const definition = analysisNamed(analysis.kind)
  return definition.table(definition.result.parse(result), analysedNames(analysis, names))
}

/** The same for people: in short where the kind has a summary. @throws z.ZodError where it has no result */
export function readableTableOf(
  { analysis, result }: AnalysisDetails,
  names: ReadonlyMap<number, string>,
): { readonly table: AnalysisTable; readonly isShort: boolean } {
  const definition = analysisNamed(analysis.kind)
  const summary = definition.summary?.(definition.result.parse(result), analysedNames(analysis, names))
  return { table: summary ?? tableOf({ analysis, result }, names), isShort: summary !== undefined }
}

/** A value as people read it, rounded to the column's digits. */
export function cellText(value: string | number | null, { digits }: AnalysisTable['columns'][number]): string {
  if (value === null) return ''
  return typeof value === 'number' && digits !== undefined ? String(Number(value.toPrecision(digits))) : String(value)
}
