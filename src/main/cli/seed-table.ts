import { mean } from '../../common/analysis/error-words.ts'
import { withoutRepetitions } from '../../common/analysis/experiment.ts'
import { groupBySeed } from '../../common/analysis/seed-groups.ts'
import { type SeedStatistics, seedStatistics } from '../../common/analysis/statistics.ts'
import { labelOf } from '../../common/network/design.ts'
import type { RunSummary } from '../../common/records/records.ts'
import { formatDuration } from './format.ts'
import { table } from './table.ts'

/** Runs that differ in their seed alone; errors are fractions, of finished runs, null without one. */
export interface SeedRow {
  readonly network: string
  readonly dataset: string
  readonly recipe: string
  readonly runIds: readonly number[]
  readonly finished: number
  readonly trainError: SeedStatistics | null
  readonly testError: SeedStatistics | null
  readonly bestTestError: SeedStatistics | null
  /** Top-5 errors of the same epochs; null with ten classes or fewer. */
  readonly testTopFiveError: SeedStatistics | null
  readonly bestTestTopFiveError: SeedStatistics | null
  /** Mean of finished runs, milliseconds. */
  readonly trainedMs: number | null
}

/** Puts seeds together; of runs that were repeated with one seed the one that counts. */
export function seedRows(runs: readonly RunSummary[]): SeedRow[] {
  return groupBySeed(withoutRepetitions(runs)).map(({ runs: own }) => {
    const { network, dataset, recipe } = own[0]!.settings
    const finished = own.filter(({ state }) => state === 'finished')
    const over = (of: (run: RunSummary) => number | undefined) => seedStatistics(finished.flatMap((run) => of(run) ?? []))
    return {
      network: labelOf(network),
      dataset: dataset.name,
      recipe: recipe.name,
      runIds: own.map(({ id }) => id),
      finished: finished.length,
      trainError: over(({ lastEpoch }) => lastEpoch?.results.train.topOneError),
      testError: over(({ lastEpoch }) => lastEpoch?.results.test.topOneError),
      bestTestError: over(({ bestEpoch }) => bestEpoch?.results.test.topOneError),
      testTopFiveError: over(({ lastEpoch }) => lastEpoch?.results.test.topFiveError),
      bestTestTopFiveError: over(({ bestEpoch }) => bestEpoch?.results.test.topFiveError),
      trainedMs: over(({ trainedMs }) => trainedMs)?.mean ?? null,
    }
  })
}

/** A row a network, errors as mean ± standard deviation over its finished seeds. */
export function seedTable(rows: readonly SeedRow[]): string {
  const right = (title: string) => ({ title, align: 'right' as const })
  const error = (statistics: SeedStatistics | null): string => (statistics ? mean(statistics) : '–')
  const hasTopFive = rows.some(({ testTopFiveError }) => testTopFiveError !== null)
  const topFive = <T>(value: T): T[] => (hasTopFive ? [value] : [])
  const errors = ['train error', 'test error', ...topFive('test top-5'), 'best test', ...topFive('best top-5')]
  const columns = [{ title: 'network' }, { title: 'data set' }, { title: 'recipe' }, { title: 'runs' }]
  return table(
    [...columns, ...['finished', ...errors, 'trained'].map(right)],
    rows.map((row) => [
      ...[row.network, row.dataset, row.recipe, row.runIds.join(', '), `${row.finished} of ${row.runIds.length}`],
      ...[row.trainError, row.testError, ...topFive(row.testTopFiveError), row.bestTestError, ...topFive(row.bestTestTopFiveError)].map(
        error,
      ),
      row.trainedMs === null ? '–' : formatDuration(row.trainedMs),
    ]),
  )
}
