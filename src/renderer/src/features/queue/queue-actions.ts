import type { RunSelection } from '../../../../common/rpc/queue-calls.ts'
import type { RunSummary } from '../../../../common/records/records.ts'
import { api } from '../../connection/api.ts'
import { plural } from '../../ui/format.ts'
import { attempt, say } from '../../ui/messages.ts'
import type { Move } from './reorder.ts'

const only = (runs: readonly RunSummary[]): { selection: RunSelection } => ({ selection: { runIds: runs.map((run) => run.id) } })

/** Actions of people on the queue; failures become messages. */
export const queueActions = {
  pauseQueue: () => attempt(() => api.call('queue.pause', {})),
  resumeQueue: () => attempt(() => api.call('queue.resume', {})),
  pause: (runs: readonly RunSummary[]) => attempt(() => api.call('queue.pause', only(runs))),
  resume: (runs: readonly RunSummary[]) => attempt(() => api.call('queue.resume', only(runs))),
  retry: (runs: readonly RunSummary[]) => attempt(() => api.call('queue.retry', only(runs))),
  /** Held runs that nobody will retry. */
  giveUp: (runs: readonly RunSummary[]) => attempt(() => api.call('queue.cancel', only(runs))),
  cancel: async (runs: readonly RunSummary[]) => {
    const cancelled = await attempt(() => api.call('queue.cancel', only(runs)))
    if (!cancelled) return
    const paused = runs.filter((run) => run.state === 'paused').map((run) => run.id)
    // They keep their positions and their checkpoints, so what was cancelled goes on as if nothing had been.
    const undo = () =>
      attempt(async () => {
        await api.call('queue.retry', { selection: { runIds: cancelled.runIds } })
        if (paused.length) await api.call('queue.pause', { selection: { runIds: paused } })
      })
    say(`${plural(cancelled.runIds.length, 'run')} cancelled.`, 'info', { action: { label: 'Undo', run: undo } })
  },
  setPriority: (runs: readonly RunSummary[], priority: number) =>
    attempt(() => api.call('queue.setPriority', { runIds: runs.map((run) => run.id), priority })),
  move: ({ runIds, to, priority }: Move) =>
    attempt(async () => {
      if (priority !== null) await api.call('queue.setPriority', { runIds, priority })
      return api.call('queue.move', { runIds, to })
    }),
}
