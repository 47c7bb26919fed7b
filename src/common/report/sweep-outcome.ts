import { assessDegradation, type Verdict } from '../analysis/degradation.ts'
import { headlineText } from '../analysis/verdict-headline.ts'
import { groupByExperiment } from '../analysis/experiment.ts'
import type { RunState, RunSummary } from '../records/records.ts'

export interface SweepOutcome {
  readonly finished: number
  /** "8 of 8 finished", "6 of 8 finished, 1 diverged, 1 held". */
  readonly counts: string
  /** The verdict in a line, and the numbers behind it; null for several experiments, or where there is nothing to compare. */
  readonly answer: { readonly verdict: Verdict; readonly headline: string; readonly numbers: string | null } | null
  /** Training time of all its runs together. */
  readonly trainedMs: number
}

const others: readonly RunState[] = ['diverged', 'failed', 'held', 'cancelled']

/** What came of a sweep. */
export function sweepOutcome(runs: readonly RunSummary[]): SweepOutcome {
  const count = (state: RunState): number => runs.filter((run) => run.state === state).length
  const finished = count('finished')
  const [only, ...more] = groupByExperiment(runs)
  const verdict = only && more.length === 0 && finished > 0 ? assessDegradation(only.runs) : null
  return {
    finished,
    counts: [
      `${finished} of ${runs.length} finished`,
      ...others.flatMap((state) => (count(state) > 0 ? [`${count(state)} ${state}`] : [])),
    ].join(', '),
    answer:
      verdict && verdict.depthHurtsPlain.answer !== 'untested'
        ? { verdict, headline: headlineText(verdict.headline), numbers: verdict.sentences[0] ?? null }
        : null,
    trainedMs: runs.reduce((sum, run) => sum + run.trainedMs, 0),
  }
}

/** Whether nothing of a sweep trains or waits any more. */
export function isOver(runs: readonly Pick<RunSummary, 'state'>[]): boolean {
  return runs.length > 0 && runs.every(({ state }) => state === 'finished' || others.includes(state))
}
