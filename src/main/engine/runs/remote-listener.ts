import { clock } from '../../../common/clock-words.ts'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../journal/journal.ts'
import type { RemoteRuns, RunListener } from '../places/remote-runs.ts'

interface AttemptAtPlace {
  readonly runId: number
  readonly attempt: number
  readonly place: string
}

interface Told {
  readonly level: 'info' | 'warning'
  readonly kind: string
  readonly words: string
}

/**
 * Makes the listener of a worker at a place: what concerns its job and its connection is written down here. Why it does not train, or
 * cannot be seen to, is the run's reason for so long.
 */
export function remoteListener(
  { store, journal, remote }: { readonly store: Store; readonly journal: Journal; readonly remote: RemoteRuns },
  { runId, attempt, place }: AttemptAtPlace,
  runner: Pick<RunListener, 'report' | 'exit'>,
): RunListener {
  let waits: string | null = null
  let lost: string | null = null
  const tell = (told: Told | null): void => {
    journal.commitOrWait((announce) => {
      if (!store.attempts.holds(runId, attempt)) return
      if (told) announce.event(runId, told.level, told.kind, told.words)
      const reason = lost ?? waits
      if (store.runs.get(runId).reason === reason) return
      store.runs.change(runId, { reason })
      announce.changed(runId)
    })
  }
  return {
    ...runner,
    started: (handle) => store.write('power-cut', () => store.attempts.setJob(runId, attempt, handle, remote.workspace)),
    job: (state) => {
      const since = state.state === 'pending' ? ` since ${clock(store.attempts.startedAt(runId, attempt), 0)}` : ''
      waits = state.state === 'pending' ? `waits at ${place}${since}${state.reason ? `: ${state.reason}` : ''}` : null
      tell(waits === null ? null : { level: 'info', kind: 'place', words: waits })
    },
    warn: (words) => tell({ level: 'warning', kind: 'place', words }),
    contact: (trouble) => {
      lost = trouble && `${trouble.message} The run goes on at ${place}, and is read again when it is back.`
      tell(
        lost === null
          ? { level: 'info', kind: 'place-back', words: `${place} is connected again` }
          : { level: 'warning', kind: 'place-lost', words: lost },
      )
    },
  }
}
