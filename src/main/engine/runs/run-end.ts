import type { RunEvent, RunState, RunSummary } from '../../../common/records/records.ts'
import type { WorkerReport } from '../../../common/rpc/worker-protocol.ts'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../journal/journal.ts'
import { crashReason } from '../../places/local/cause-of-crash.ts'
import { afterFailure, crashWindowMs } from './retry.ts'
import type { WorkerExit } from '../../places/local/worker-process.ts'

/**
 * What was asked of a running run: nothing, to wait for the training hours, to make way for the engine's own end or because its
 * logged values can no longer be written, to wait until a person resumes it, or to end.
 */
export type Intent = 'run' | 'hours' | 'interrupt' | 'backlog' | 'pause' | 'cancel'

const ranks: Readonly<Record<Intent, number>> = { run: 0, hours: 1, interrupt: 1, backlog: 1, pause: 2, cancel: 3 }

/**
 * What holds when something is asked of a run of which something was asked before: a person's word over the program's, the end over a
 * pause, else the first.
 */
export function stronger(before: Intent, asked: Intent): Intent {
  return ranks[asked] > ranks[before] ? asked : before
}

/** How a worker ended: its last report, or without one because it crashed or was killed after a stop request. */
export type WorkerOutcome =
  | Extract<WorkerReport, { type: 'finished' | 'diverged' | 'stopped' | 'failed' }>
  | { readonly type: 'crashed' | 'killed' }
  | { readonly type: 'released'; readonly reason: string }

/** What an exit without a last report means. */
export function outcomeOf(
  { killedOnRequest, givenUp }: { readonly killedOnRequest: boolean; readonly givenUp: string | null },
  { released }: WorkerExit,
): WorkerOutcome {
  if (givenUp !== null) return { type: 'released', reason: givenUp }
  if (killedOnRequest) return { type: 'killed' }
  return released === undefined ? { type: 'crashed' } : { type: 'released', reason: released }
}

interface Verdict {
  readonly state: RunState
  readonly reason: string | null
  readonly level: RunEvent['level']
  readonly kind: string
  readonly failures?: number
  readonly retryInMs?: number
}

/** How long a run waits before it looks again whether there is room on the disk. */
const diskRetryMs = 10_000

/**
 * Stores the end of an attempt and what becomes of the run.
 * @returns when the run may be tried again, null when nothing is to be waited for
 */
export function endOfAttempt(
  { store, journal }: { store: Store; journal: Journal },
  { run, attempt, intent }: { run: RunSummary; attempt: number; intent: Intent },
  outcome: WorkerOutcome,
  exit: WorkerExit | null,
): { retryInMs: number | null } {
  const crashed = outcome.type === 'crashed'
  // Metrics that came before the end are in the database before the end is.
  journal.flush()
  const { failures } = store.runs.schedulingFacts(run.id)
  const crashes = store.attempts.crashesSince(run.id, Date.now() - crashWindowMs) + (crashed ? 1 : 0)
  const verdict = judge(outcome, intent, exit, failures + 1, crashes)
  journal.commitOrWait((announce) => {
    if (!store.attempts.holds(run.id, attempt)) return
    store.attempts.end(run.id, attempt, Date.now(), {
      outcome: outcome.type,
      reason: verdict.reason,
      exitCode: exit?.code ?? null,
      signal: exit?.signal ?? null,
      lastOutput: exit?.lastOutput ?? null,
    })
    if (outcome.type === 'stopped') store.metrics.addUnfinishedEpoch(run.id, outcome.epochElapsedMs)
    const over = verdict.state === 'finished' || verdict.state === 'diverged' || verdict.state === 'failed' || verdict.state === 'cancelled'
    store.runs.change(run.id, {
      state: verdict.state,
      reason: verdict.reason,
      ...(verdict.failures !== undefined && { failures: verdict.failures }),
      ...(over && { finishedAt: Date.now() }),
    })
    announce.event(run.id, verdict.level, verdict.kind, verdict.reason ?? verdict.kind)
    announce.changed(run.id)
  })
  return { retryInMs: verdict.retryInMs ?? null }
}

function judge(outcome: WorkerOutcome, intent: Intent, exit: WorkerExit | null, failures: number, crashes: number): Verdict {
  if (outcome.type === 'finished') return { state: 'finished', reason: outcome.reason, level: 'info', kind: 'finished', failures: 0 }
  if (outcome.type === 'diverged') return { state: 'diverged', reason: outcome.reason, level: 'warning', kind: 'diverged' }
  if (intent === 'cancel') return { state: 'cancelled', reason: 'cancelled on request', level: 'info', kind: 'cancelled' }
  if (intent === 'pause') return { state: 'paused', reason: 'paused on request', level: 'info', kind: 'paused' }
  if (intent === 'backlog') {
    const reason =
      'ended because too many of its logged values waited to be written to the disk; goes on from its last checkpoint when they are'
    return { state: 'interrupted', reason, level: 'error', kind: 'disk-full', retryInMs: diskRetryMs }
  }
  if (intent === 'interrupt')
    return { state: 'interrupted', reason: 'the engine was stopped; goes on when it starts again', level: 'info', kind: 'interrupted' }
  if (intent === 'hours')
    return {
      state: 'waiting',
      reason: 'stopped at the end of the training hours; goes on when they begin',
      level: 'info',
      kind: 'hours-ended',
    }
  if (outcome.type === 'released')
    return { state: 'interrupted', reason: sentence(outcome.reason), level: 'warning', kind: 'released', retryInMs: 1_000 }
  if (outcome.type === 'stopped')
    return {
      state: 'interrupted',
      reason: `stopped from outside after step ${outcome.step}; goes on from there`,
      level: 'warning',
      kind: 'interrupted',
      retryInMs: 1_000,
    }
  if (outcome.type === 'failed' && outcome.kind === 'data')
    return { state: 'failed', reason: outcome.reason, level: 'error', kind: 'failed' }
  if (outcome.type === 'failed' && outcome.kind === 'disk') {
    return {
      state: 'interrupted',
      reason: `${sentence(outcome.reason)} Goes on by itself when there is room.`,
      level: 'error',
      kind: 'disk-full',
      retryInMs: diskRetryMs,
    }
  }
  const cause = outcome.type === 'failed' ? sentence(outcome.reason) : crashReason(exit)
  const next = afterFailure(failures, crashes)
  const kind = outcome.type === 'failed' ? 'failed' : 'crashed'
  if (next.held)
    return {
      state: 'held',
      reason: `${cause} Held after ${Math.max(failures, crashes)} failed attempts; look at its log, then retry it.`,
      level: 'error',
      kind: 'held',
      failures,
    }
  return {
    state: 'interrupted',
    reason: `${cause} Tried again in ${Math.round(next.delayMs / 1000)} s.`,
    level: 'error',
    kind,
    failures,
    retryInMs: next.delayMs,
  }
}

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`
}
