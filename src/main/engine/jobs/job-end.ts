import type { WorkerReport } from '../../../common/rpc/worker-protocol.ts'
import type { Journal } from '../journal/journal.ts'
import { crashReason } from '../../places/local/cause-of-crash.ts'
import { afterFailure } from '../runs/retry.ts'
import type { WorkerExit } from '../../places/local/worker-process.ts'
import type { JobDesk } from './job-desk.ts'

/** What was asked of a running job: nothing, to make way and start again later, or to end. */
export type JobIntent = 'run' | 'wait' | 'cancel'

/** How an attempt ended. */
export type AttemptOutcome<Outcome> =
  | { readonly type: 'done'; readonly outcome: Outcome }
  | Extract<WorkerReport, { type: 'stopped' | 'failed' }>
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'gone'; readonly exit: WorkerExit }

/** How long one waits before it looks again whether there is room on the disk. */
const diskRetryMs = 10_000

/**
 * Stores the end of an attempt and what becomes of the job, and removes files that nobody needs any more.
 * @returns when it may be tried again; null when nothing is to be waited for
 */
export function endJob<Outcome>(
  desk: Pick<JobDesk<unknown, Outcome>, 'rows' | 'finish' | 'sayFailed' | 'changed' | 'cleanUp'>,
  journal: Journal,
  id: number,
  outcome: AttemptOutcome<Outcome>,
  intent: JobIntent,
): number | null {
  const failures = (desk.rows.open().find((open) => open.id === id)?.failures ?? 0) + 1
  const decided = decide(outcome, intent, failures)
  journal.commitOrWait((announce) => {
    const now = Date.now()
    if (decided.become === 'finished') desk.finish(announce, id, decided.outcome)
    else if (decided.become === 'waiting') desk.rows.waitAgain(id, decided.reason, decided.failures)
    else desk.rows.end(id, decided.become, decided.reason, now)
    if (decided.become === 'failed') desk.sayFailed(announce, id, decided.reason)
    desk.changed(announce, id)
  })
  desk.cleanUp(id, decided.become)
  return decided.become === 'waiting' ? decided.retryInMs : null
}

type Decision<Outcome> =
  | { readonly become: 'finished'; readonly outcome: Outcome }
  | { readonly become: 'failed' | 'cancelled'; readonly reason: string }
  | { readonly become: 'waiting'; readonly reason: string; readonly retryInMs: number | null; readonly failures?: number }

function decide<Outcome>(outcome: AttemptOutcome<Outcome>, intent: JobIntent, failures: number): Decision<Outcome> {
  if (outcome.type === 'done') return { become: 'finished', outcome: outcome.outcome }
  if (intent === 'cancel') return { become: 'cancelled', reason: 'cancelled on request' }
  if (outcome.type === 'refused' || (outcome.type === 'failed' && outcome.kind === 'data'))
    return { become: 'failed', reason: outcome.reason }
  if (intent === 'wait' || outcome.type === 'stopped')
    return { become: 'waiting', reason: 'stopped before its end; starts again', retryInMs: null }
  if (outcome.type === 'failed' && outcome.kind === 'disk')
    return { become: 'waiting', reason: `${outcome.reason} Goes on by itself when there is room.`, retryInMs: diskRetryMs }
  const cause = outcome.type === 'failed' ? outcome.reason : crashReason(outcome.exit)
  const next = afterFailure(failures, failures)
  if (next.held) return { become: 'failed', reason: `${cause} Given up after ${failures} failed attempts.` }
  const reason = `${cause} Tried again in ${Math.round(next.delayMs / 1000)} s.`
  return { become: 'waiting', reason, retryInMs: next.delayMs, failures }
}
