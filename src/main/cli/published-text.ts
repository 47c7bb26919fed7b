import { groupByExperiment } from '../../common/analysis/experiment.ts'
import { runsByNetwork } from '../../common/analysis/depth-results.ts'
import type { Evaluation } from '../../common/evaluation/evaluation.ts'
import { type ComparedTest, heldAgainst, type PublishedComparison } from '../../common/paper/held-against.ts'
import { comparisonColumns, comparisonRows } from '../../common/paper/published-words.ts'
import type { RunSummary } from '../../common/records/records.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { table, type Column } from './table.ts'

export const publishedOption = ['--published', 'what the paper, its review and public ports report of the same networks'] as const

/** Each network of each experiment, its seeds together, against what is published of it. */
function publishedOfRuns(runs: readonly RunSummary[], tests: readonly ComparedTest[]): PublishedComparison[] {
  return groupByExperiment(runs).flatMap((experiment) => runsByNetwork(experiment.runs).flatMap((own) => heldAgainst(own, tests)))
}

/** The same with the tests that the engine has of these runs. */
export async function askPublished(client: EngineClient, runs: readonly RunSummary[]): Promise<PublishedComparison[]> {
  return publishedOfRuns(runs, await finishedTests(client, runs))
}

export function finishedTests(client: EngineClient, runs: readonly RunSummary[]): Promise<Evaluation[]> {
  return client.call('evaluations.list', { runIds: runs.map(({ id }) => id), states: ['finished'] })
}

/** Writes them for a terminal, with what the letters in it mean. */
export function publishedText(comparisons: readonly PublishedComparison[]): string {
  if (comparisons.length === 0) return 'Nothing is published of these networks. See what is: skiplab published.'
  const { rows, notes } = comparisonRows(comparisons)
  return [table(publishedTableColumns(comparisonColumns), rows), ...(notes.length > 0 ? [notes.join('\n')] : [])].join('\n\n')
}

export function publishedTableColumns(columns: readonly { readonly title: string; readonly number: boolean }[]): Column[] {
  return columns.map(({ title, number }) => ({ title, align: number ? 'right' : 'left' }))
}
