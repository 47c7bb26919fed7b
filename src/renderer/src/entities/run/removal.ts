import { formatBytes } from '../../../../common/format-bytes.ts'
import type { RunSummary, SweepSummary } from '../../../../common/records/records.ts'
import { api } from '../../connection/api.ts'
import { clock, plural } from '../../ui/format.ts'
import { attempt, say } from '../../ui/messages.ts'

/** Removes runs that have ended; the message says how large their files are, and offers to restore them. */
export async function removeRuns(runs: readonly Pick<RunSummary, 'id' | 'name'>[]): Promise<boolean> {
  const runIds = runs.map((run) => run.id)
  const removed = await attempt(() => api.call('runs.remove', { runIds }))
  if (!removed) return false
  const what = runs.length === 1 ? runs[0]!.name : plural(runs.length, 'run')
  say(`${what} removed. ${formatBytes(removed.bytes)} of files are deleted at ${clock(removed.purgeAt)}.`, 'info', {
    action: { label: 'Undo', run: () => attempt(() => api.call('runs.restore', { runIds })) },
  })
  return true
}

export async function removeSweep(sweep: Pick<SweepSummary, 'id' | 'name'>, withRuns: boolean): Promise<boolean> {
  const removed = await attempt(() => api.call('sweeps.remove', { sweepId: sweep.id, runs: withRuns }))
  if (!removed) return false
  const files = removed.runIds.length
    ? ` with ${plural(removed.runIds.length, 'run')}. ${formatBytes(removed.bytes)} of files are deleted at ${clock(removed.purgeAt)}.`
    : '; its runs stay.'
  say(`“${sweep.name}” removed${files}`, 'info', {
    action: { label: 'Undo', run: () => attempt(() => api.call('sweeps.restore', { sweepId: sweep.id })) },
  })
  return true
}

/** Archives ended runs, so that lists leave them out. */
export async function dismissRuns(runs: readonly Pick<RunSummary, 'id' | 'name'>[]): Promise<boolean> {
  const runIds = runs.map((run) => run.id)
  const archive = (archived: boolean) => attempt(() => api.call('runs.annotate', { runIds, annotation: { archived } }))
  if (!(await archive(true))) return false
  say(
    `${runs.length === 1 ? runs[0]!.name : plural(runs.length, 'run')} dismissed; Runs keeps ` +
      `${runs.length === 1 ? 'it' : 'them'} under “Archived”.`,
    'info',
    { action: { label: 'Undo', run: () => archive(false) } },
  )
  return true
}
