import { setTimeout as sleep } from 'node:timers/promises'
import type { Lease } from '../../store/attempts.ts'
import type { Store } from '../../store/store.ts'
import { hasLivingEngine, killIfSame, processStartedAt } from '../../workspace/process-identity.ts'

const longestWaitMs = 5_000

/**
 * Repairs what a dead engine left: workers that still live are ended, their leases taken back,
 * and runs that were running are interrupted, to go on from their last checkpoint.
 * @param workspace tag of this workspace at its places
 * @returns leases of runs that are at places, to be followed again
 */
export async function recover(store: Store, workspace: string, log: (message: string) => void): Promise<Lease[]> {
  const all = store.attempts.leases()
  // What runs at a place runs on; a job that another copy of this workspace started is that copy's.
  const isThere = ({ jobHandle, jobWorkspace }: Lease): boolean => jobHandle !== null && jobWorkspace === workspace
  const [there, leases] = [all.filter(isThere), all.filter((lease) => !isThere(lease))]
  for (const { runId, pid, processStarted } of leases) {
    // In a copy of a workspace whose engine lives, the worker is the original's.
    if (pid === null || hasLivingEngine(pid) || !killIfSame(pid, processStarted)) continue
    log(`run ${runId}: worker ${pid} of an engine that is gone was still there; ended`)
    const start = performance.now()
    while (processStartedAt(pid) === processStarted && performance.now() - start < longestWaitMs) await sleep(20)
  }
  const running = store.runs.idsInStates(['running'], null).filter((runId) => !there.some((lease) => lease.runId === runId))
  if (leases.length === 0 && running.length === 0) return there
  store.write('power-cut', () => {
    const now = Date.now()
    for (const { runId, attempt } of leases) {
      store.attempts.end(runId, attempt, now, { outcome: 'engine gone', reason: null, exitCode: null, signal: null, lastOutput: null })
    }
    for (const runId of running) {
      const reason = 'the engine ended while it was running; goes on from its last checkpoint'
      store.runs.change(runId, { state: 'interrupted', reason })
      store.events.insert({ runId, at: now, level: 'warning', kind: 'interrupted', message: reason })
    }
  })
  log(`${running.length} interrupted runs go on`)
  return there
}
