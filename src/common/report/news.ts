import { overdueKind } from '../places/place-words.ts'
import { mean } from '../analysis/error-words.ts'
import { bestNetwork } from './best-results.ts'
import type { RunEvent, RunState, RunSummary } from '../records/records.ts'

/** What a person who is elsewhere should hear. */
export interface News {
  readonly title: string
  readonly body: string
  /** The run that a click leads to; null: to the view. */
  readonly runId: number | null
  /** Left out for the report. */
  readonly view?: 'report' | 'queue'
}

/** Kinds of events after which there may be news. */
const telling: readonly string[] = ['finished', 'diverged', 'failed', 'crashed', 'held', 'disk-full']

export function mayBeNews(event: RunEvent): boolean {
  return event.kind === overdueKind || (event.runId !== null && telling.includes(event.kind))
}

/** News of a place: its runs are out of reach for so long that somebody should say what is to become of them. */
export function newsOfLostRuns(event: RunEvent): News[] {
  return event.kind === overdueKind ? [{ title: 'Runs are out of reach', body: event.message, runId: null, view: 'queue' }] : []
}

/** States in which a run is not done, and goes on without anybody's doing or with a word of the queue. */
const ahead: readonly RunState[] = ['waiting', 'paused', 'running', 'interrupted']

/**
 * News of a run's end: that it failed, and that it was its sweep's last. What was cancelled is no news to who cancelled it, and a run
 * that is tried again by itself needs nobody.
 * @param sweep all runs of the run's sweep, itself included
 * @param left runs of all sweeps that train or wait
 */
export function newsOf(event: RunEvent, run: RunSummary, sweep: readonly RunSummary[], left: number): News[] {
  const troubles: Partial<Record<RunState, string>> = { failed: 'failed', diverged: 'diverged', held: 'failed again and is held' }
  const trouble = troubles[run.state] ?? (event.kind === 'disk-full' ? 'waits for room on the disk' : null)
  const last = run.state !== 'cancelled' && sweep.every((one) => !ahead.includes(one.state))
  return [
    ...(trouble && !(last && sweep.length === 1)
      ? [{ title: `Run ${run.id}, ${run.name}, ${trouble}`, body: run.reason ?? event.message, runId: run.id }]
      : []),
    ...(last
      ? [
          {
            title: left === 0 ? 'All runs are done' : `Sweep “${run.sweepName ?? run.name}” is done`,
            body: `${left === 0 ? `${run.sweepName ?? run.name}: ` : ''}${outcome(sweep)}`,
            runId: null,
          },
        ]
      : []),
  ]
}

/** "3 finished, 1 diverged. Lowest test error: residual-56 A, 6.97 %." */
function outcome(sweep: readonly RunSummary[]): string {
  const counted = (['finished', 'diverged', 'failed', 'held', 'cancelled'] as const).flatMap((state) => {
    const count = sweep.filter((run) => run.state === state).length
    return count ? [`${count} ${state}`] : []
  })
  const best = bestNetwork(sweep)
  return `${counted.join(', ')}.${best ? ` Lowest test error: ${best.network}, ${mean(best.testError)}.` : ''}`
}
