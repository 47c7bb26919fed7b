import { assessDegradation } from '../analysis/degradation.ts'
import { groupByExperiment } from '../analysis/experiment.ts'
import { headlineText } from '../analysis/verdict-headline.ts'
import { answerQuestion } from '../question/answer.ts'
import { questionWords } from '../question/question-words.ts'
import type { AttemptRecord, RunProgress, RunSummary, SweepSummary } from '../records/records.ts'
import { bestNetwork, newBests, type NetworkResult, type NewBest } from './best-results.ts'
import { type Period, periodBefore } from './period.ts'

/** What happened in a period: for the morning after. */
export interface Report {
  readonly period: Period
  /** Ended in the period, in the order in which they did. */
  readonly finished: readonly RunSummary[]
  readonly diverged: readonly RunSummary[]
  readonly failed: readonly RunSummary[]
  /** Held since their last attempt, in the period: a person may retry them. */
  readonly held: readonly RunSummary[]
  readonly cancelled: readonly RunSummary[]
  /** Runs that crashed or failed in the period and went on all the same. */
  readonly recovered: readonly { readonly run: RunSummary; readonly times: number }[]
  /** Running now. */
  readonly going: readonly { readonly run: RunSummary; /** Null before a speed is known. */ readonly finishAt: number | null }[]
  /** Runs that wait for their turn now, those that are to be tried again included. */
  readonly waiting: number
  readonly use: Use
  readonly sweeps: readonly SweepReport[]
  readonly newBests: readonly NewBest[]
  /** The same span of the clock earlier; null where the workspace had no run then. */
  readonly before: {
    readonly period: Period
    readonly use: Use
    readonly finished: number
    readonly diverged: number
    readonly failed: number
    readonly held: number
  } | null
}

/** Time at work within a period, milliseconds. */
export interface Use {
  /** Summed over runs: two side by side count twice. */
  readonly runMs: number
  /** Time in which at least one run trained. */
  readonly busyMs: number
}

export interface SweepReport {
  readonly id: number
  readonly name: string
  /** Counts of its runs: all, finished at any time, ended in the period. */
  readonly runs: number
  readonly finished: number
  readonly ended: number
  readonly best: NetworkResult | null
  /** The answer in one line, then in sentences, most important first; none while there is nothing to compare. */
  readonly verdict: readonly string[]
  /** What it was to answer and the answer, in words; null for one that asks nothing. */
  readonly question: { readonly asked: string; readonly answer: string } | null
}

export interface ReportFacts {
  readonly runs: readonly RunSummary[]
  readonly sweeps: readonly SweepSummary[]
  /** Attempts of the period and of the one before it. */
  readonly attempts: readonly AttemptRecord[]
  readonly progress: readonly RunProgress[]
  readonly now: number
}

export function makeReport(period: Period, facts: ReportFacts): Report {
  const { runs, attempts, now } = facts
  const ended = endedIn(period, runs, attempts)
  const earlier = periodBefore(period)
  const before = endedIn(earlier, runs, attempts)
  return {
    period,
    ...ended,
    recovered: recovered(period, facts, new Set([...ended.failed, ...ended.held].map((run) => run.id))),
    going: runs
      .filter((run) => run.state === 'running')
      .map((run) => ({
        run,
        finishAt: finishAt(
          facts.progress.find(({ runId }) => runId === run.id),
          now,
        ),
      }))
      .sort((a, b) => (a.finishAt ?? Infinity) - (b.finishAt ?? Infinity) || a.run.id - b.run.id),
    waiting: runs.filter((run) => run.state === 'waiting' || run.state === 'interrupted').length,
    use: useWithin(period, attempts, now),
    sweeps: sweepReports(
      facts,
      new Set([...ended.finished, ...ended.diverged, ...ended.failed, ...ended.held, ...ended.cancelled].map((run) => run.id)),
    ),
    newBests: newBests(runs, period),
    before: runs.some((run) => run.queuedAt < period.from)
      ? {
          period: earlier,
          use: useWithin(earlier, attempts, now),
          finished: before.finished.length,
          diverged: before.diverged.length,
          failed: before.failed.length,
          held: before.held.length,
        }
      : null,
  }
}

function endedIn(
  period: Period,
  runs: readonly RunSummary[],
  attempts: readonly AttemptRecord[],
): Pick<Report, 'finished' | 'diverged' | 'failed' | 'held' | 'cancelled'> {
  const lastEnd = new Map<number, number>()
  for (const { runId, endedAt } of attempts) if (endedAt !== null) lastEnd.set(runId, Math.max(endedAt, lastEnd.get(runId) ?? 0))
  // A held run has not ended, as a person may retry it: its last attempt has.
  const end = (run: RunSummary): number => (run.state === 'held' ? (lastEnd.get(run.id) ?? -Infinity) : (run.finishedAt ?? -Infinity))
  // What was imported did not end, but came.
  const trained = runs.filter((run) => !run.imported)
  const inside = trained.filter((run) => end(run) > period.from && end(run) <= period.to).sort((a, b) => end(a) - end(b))
  const of = (...states: RunSummary['state'][]): RunSummary[] => inside.filter((run) => states.includes(run.state))
  return { finished: of('finished'), diverged: of('diverged'), failed: of('failed'), held: of('held'), cancelled: of('cancelled') }
}

function recovered(period: Period, { runs, attempts }: ReportFacts, lost: ReadonlySet<number>): Report['recovered'] {
  const times = new Map<number, number>()
  for (const { runId, endedAt, outcome } of attempts) {
    const trouble = outcome !== null && (outcome.startsWith('crashed') || outcome === 'failed')
    if (trouble && endedAt !== null && endedAt > period.from && endedAt <= period.to && !lost.has(runId))
      times.set(runId, (times.get(runId) ?? 0) + 1)
  }
  return runs.filter((run) => times.has(run.id)).map((run) => ({ run, times: times.get(run.id) ?? 0 }))
}

function finishAt(progress: RunProgress | undefined, now: number): number | null {
  return progress?.remainingMs === null || progress?.remainingMs === undefined ? null : now + progress.remainingMs
}

/** Time of attempts that falls into a period; what is under way counts up to now. */
export function useWithin(period: Period, attempts: readonly AttemptRecord[], now: number): Use {
  const parts = attempts
    .map(({ startedAt, endedAt }) => ({ from: Math.max(startedAt, period.from), to: Math.min(endedAt ?? now, period.to) }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from)
  let runMs = 0
  let busyMs = 0
  let covered = -Infinity
  for (const { from, to } of parts) {
    runMs += to - from
    busyMs += Math.max(0, to - Math.max(from, covered))
    covered = Math.max(covered, to)
  }
  return { runMs, busyMs }
}

function sweepReports({ runs, sweeps }: ReportFacts, ended: ReadonlySet<number>): SweepReport[] {
  const byId = new Map(runs.map((run) => [run.id, run]))
  return sweeps
    .filter((sweep) => sweep.runIds.some((id) => ended.has(id)))
    .map((sweep) => {
      const own = sweep.runIds.flatMap((id) => byId.get(id) ?? [])
      return {
        id: sweep.id,
        name: sweep.name,
        runs: own.length,
        finished: own.filter((run) => run.state === 'finished').length,
        ended: own.filter((run) => ended.has(run.id)).length,
        best: bestNetwork(own),
        verdict: verdict(own),
        question: sweep.question
          ? { asked: questionWords(sweep.question), answer: answerQuestion(sweep.question, sweep.createdAt, own).words }
          : null,
      }
    })
    .sort((a, b) => b.id - a.id)
}

/** The verdict of a sweep that is one experiment and has something to compare. */
function verdict(runs: readonly RunSummary[]): readonly string[] {
  const experiments = groupByExperiment(runs)
  const [only] = experiments
  if (!only || experiments.length > 1) return []
  const { headline, depthHurtsPlain, shortcuts, sentences } = assessDegradation(only.runs)
  return depthHurtsPlain.answer === 'untested' ? [] : [headlineText(headline), ...sentences.slice(0, 1 + shortcuts.length)]
}
