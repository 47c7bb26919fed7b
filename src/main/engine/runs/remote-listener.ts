import type { RemoteListener } from '../../places/remote/remote-worker.ts'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../journal/journal.ts'
import type { RemoteRuns } from '../places/remote-runs.ts'

interface AttemptAtPlace {
  readonly runId: number
  readonly attempt: number
  readonly place: string
}

/** Makes the listener of a worker at a place: what concerns its job and its connection is written down here. */
export function remoteListener(
  { store, journal, remote }: { readonly store: Store; readonly journal: Journal; readonly remote: RemoteRuns },
  { runId, attempt, place }: AttemptAtPlace,
  runner: Pick<RemoteListener, 'report' | 'exit'>,
): RemoteListener {
  const tell = (level: 'info' | 'warning', kind: string, words: string): void => {
    journal.commitOrWait((announce) => announce.event(runId, level, kind, words))
  }
  return {
    ...runner,
    started: (handle) => store.write('power-cut', () => store.attempts.setJob(runId, attempt, handle, remote.workspace)),
    note: (level, words) => tell(level, 'place', words),
    contact: (trouble) => {
      if (trouble) tell('warning', 'place-lost', `${trouble.message} The run goes on at ${place}, and is read again when it is back.`)
      else tell('info', 'place-back', `${place} is connected again`)
    },
  }
}
