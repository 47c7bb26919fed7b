import type { RunState, RunSummary } from '../../common/records/records.ts'
import { mixedArithmeticText } from '../../common/records/arithmetic.ts'
import { whereWords } from '../../common/places/place-words.ts'
import { formatDuration, formatPercent, printable } from './format.ts'
import { table } from './table.ts'

/** States in which a run does not go on by itself. */
const resting: readonly RunState[] = ['finished', 'diverged', 'failed', 'cancelled', 'held', 'paused']

export function isResting(run: Pick<RunSummary, 'state'>): boolean {
  return resting.includes(run.state)
}

/** Tells whether a run ended or is held in a way that a person should look at. */
export function isBadOutcome(run: Pick<RunSummary, 'state'>): boolean {
  return run.state === 'diverged' || run.state === 'failed' || run.state === 'held'
}

/**
 * The table of runs that `runs`, `queue`, `sweep run` and `demo` share, and below it a remark on each run that waits at its place or does
 * not equal one without a break.
 */
export function runTable(runs: readonly RunSummary[]): string {
  const remarks = runs.flatMap((run) => {
    const waits = run.state === 'running' && run.reason !== null ? printable(run.reason) : null
    return [waits, mixedArithmeticText(run)].flatMap((words) => (words === null ? [] : `Run ${run.id}: ${words}`))
  })
  return [tableOf(runs), ...(remarks.length > 0 ? ['', ...remarks] : [])].join('\n')
}

function tableOf(runs: readonly RunSummary[]): string {
  const hasTopFive = runs.some(({ lastEpoch }) => lastEpoch?.results.test.topFiveError !== undefined)
  const elsewhere = runs.some((run) => whereWords(run) !== null)
  return table(
    [
      { title: 'run', align: 'right' },
      { title: 'name' },
      { title: 'data set' },
      { title: 'recipe' },
      { title: 'state' },
      ...(elsewhere ? [{ title: 'place' }] : []),
      { title: 'epoch', align: 'right' },
      { title: 'train error', align: 'right' },
      { title: 'test error', align: 'right' },
      ...(hasTopFive ? [{ title: 'test top-5', align: 'right' } as const] : []),
      { title: 'best test', align: 'right' },
      ...(hasTopFive ? [{ title: 'best top-5', align: 'right' } as const] : []),
      { title: 'trained', align: 'right' },
    ],
    runs.map((run) => [
      String(run.id),
      run.name,
      run.settings.dataset.name,
      run.settings.recipe.name,
      run.state,
      ...(elsewhere ? [printable(whereWords(run) ?? '')] : []),
      `${run.lastEpoch?.epoch ?? 0}/${run.totalEpochs}`,
      formatPercent(run.lastEpoch?.results.train.topOneError),
      formatPercent(run.lastEpoch?.results.test.topOneError),
      ...(hasTopFive ? [formatPercent(run.lastEpoch?.results.test.topFiveError)] : []),
      formatPercent(run.bestEpoch?.results.test.topOneError),
      ...(hasTopFive ? [formatPercent(run.bestEpoch?.results.test.topFiveError)] : []),
      formatDuration(run.trainedMs),
    ]),
  )
}
