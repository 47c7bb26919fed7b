import type { Analysis } from '../analyses/analysis.ts'
import { epochsText } from '../analyses/kinds/compared-weights.ts'
import type { AnalysisKind, AnalysisResult } from '../analyses/analyses.ts'
import type { RunSummary } from '../records/records.ts'

/** A finished analysis, or what it came to at an epoch, with those of its runs that are there. */
export interface DrawnAnalysis<K extends AnalysisKind> {
  readonly analysis: Pick<Analysis, 'epochs' | 'options' | 'runIds' | 'split'>
  readonly result: AnalysisResult<K>
  readonly runs: readonly RunSummary[]
}

/** "cifar10, 256 images" */
export function dataWords(runs: readonly RunSummary[], what: string): string {
  return runs[0] ? `${runs[0].settings.dataset.name}, ${what}` : what
}

/** "500 or 1,000": numbers that runs may have differently. */
export function numbersText(numbers: readonly number[]): string {
  return [...new Set(numbers)].map((each) => each.toLocaleString('en')).join(' or ')
}

/** Names of runs by number. */
export function namesOfRuns(runs: readonly RunSummary[]): ReadonlyMap<number, string> {
  return new Map(runs.map(({ id, name }) => [id, name]))
}

/** ["after epoch 10"], ["at initialisation"]; none where a run's weights came from elsewhere, whose epochs nobody knows. */
export function whenWords({ epochs }: Pick<Analysis, 'epochs'>, runs: readonly RunSummary[]): string[] {
  if (epochs.some((epoch) => epoch > 0)) return [`after ${epochsText(epochs)}`]
  return epochs.length === 0 || runs.some(({ imported }) => imported) ? [] : ['at initialisation']
}
