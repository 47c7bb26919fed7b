import type { Evaluation } from '../../../common/evaluation/evaluation.ts'
import { pointsOf } from '../../../common/analysis/error-words.ts'
import type { RunEvent } from '../../../common/records/records.ts'
import type { WorkerReport } from '../../../common/rpc/worker-protocol.ts'
import type { EvaluationOutcome } from '../../store/evaluations.ts'
import type { Store } from '../../store/store.ts'
import type { Announcements, Journal } from '../journal/journal.ts'
import { crashReason } from '../runs/cause-of-crash.ts'
import { afterFailure } from '../runs/retry.ts'
import type { WorkerExit } from '../runs/worker-host.ts'

/** What was asked of a running evaluation: nothing, to make way and start again later, or to end. */
export type EvaluationIntent = 'run' | 'wait' | 'cancel'

/** How an attempt ended. */
export type AttemptOutcome =
  | { readonly type: 'evaluated'; readonly outcome: EvaluationOutcome }
  | Extract<WorkerReport, { type: 'stopped' | 'failed' }>
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'gone'; readonly exit: WorkerExit }

interface Parts {
  readonly store: Store
  readonly journal: Journal
}

/** How long one waits before it looks again whether there is room on the disk. */
const diskRetryMs = 10_000

/**
 * Stores the end of an attempt and what becomes of the evaluation.
 * @returns when it may be tried again; null when nothing is to be waited for
 */
export function endEvaluation({ store, journal }: Parts, id: number, outcome: AttemptOutcome, intent: EvaluationIntent): number | null {
  const failures = (store.evaluations.open().find((open) => open.id === id)?.failures ?? 0) + 1
  let retryInMs: number | null = null
  journal.commitOrWait((announce) => {
    if (outcome.type === 'evaluated') finish(store, announce, id, outcome.outcome)
    else if (intent === 'cancel') {
      store.evaluations.end(id, 'cancelled', 'cancelled on request', Date.now())
    } else if (outcome.type === 'refused' || (outcome.type === 'failed' && outcome.kind === 'data')) {
      fail(store, announce, id, outcome.reason)
    } else if (intent === 'wait' || outcome.type === 'stopped') {
      store.evaluations.waitAgain(id, 'stopped before its end; starts again')
    } else if (outcome.type === 'failed' && outcome.kind === 'disk') {
      retryInMs = diskRetryMs
      store.evaluations.waitAgain(id, `${outcome.reason} Goes on by itself when there is room.`)
    } else {
      const cause = outcome.type === 'failed' ? outcome.reason : crashReason(outcome.exit)
      const next = afterFailure(failures, failures)
      if (next.held) fail(store, announce, id, `${cause} Given up after ${failures} failed attempts.`)
      else {
        retryInMs = next.delayMs
        store.evaluations.waitAgain(id, `${cause} Tried again in ${Math.round(next.delayMs / 1000)} s.`, failures)
      }
    }
    announce.publish('evaluation.changed', store.evaluations.get(id))
  })
  return retryInMs
}

function finish(store: Store, announce: Announcements, id: number, outcome: EvaluationOutcome): void {
  store.evaluations.finish(id, outcome, Date.now())
  const { protocol, split } = store.evaluations.get(id)
  const error = `${pointsOf(outcome.results.topOneError)} %`
  say(store, announce, id, 'info', 'evaluated', `evaluation ${id}, ${protocol} on the ${split} split: top-1 error ${error}`)
}

function fail(store: Store, announce: Announcements, id: number, reason: string): void {
  store.evaluations.end(id, 'failed', reason, Date.now())
  say(store, announce, id, 'error', 'evaluation-failed', `evaluation ${id}: ${reason}`)
}

/** Writes an event of the run that is tested; of an ensemble, of none. */
function say(store: Store, announce: Announcements, id: number, level: RunEvent['level'], kind: string, message: string): void {
  const { runIds }: Evaluation = store.evaluations.get(id)
  announce.event(runIds.length === 1 ? runIds[0]! : null, level, kind, message)
}
