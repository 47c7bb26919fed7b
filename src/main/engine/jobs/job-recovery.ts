import { killIfSame, hasLivingEngine } from '../../workspace/process-identity.ts'
import type { Store } from '../../store/store.ts'
import type { JobDesk } from './job-desk.ts'

/** Repairs what a dead engine left: workers that still live are ended, running jobs wait again. */
export function recoverJobs(
  store: Store,
  { name, rows }: Pick<JobDesk<unknown, unknown>, 'name' | 'rows'>,
  log: (message: string) => void,
): void {
  const running = rows.open().filter(({ state }) => state === 'running')
  for (const { id, pid, processStarted } of running) {
    // In a copy of a workspace whose engine lives, the worker is the original's.
    if (pid !== null && !hasLivingEngine(pid) && killIfSame(pid, processStarted))
      log(`${name} ${id}: worker ${pid} of an engine that is gone was still there; ended`)
  }
  if (running.length === 0) return
  store.write('power-cut', () => {
    for (const { id } of running) rows.waitAgain(id, 'the engine ended while it was running; starts again')
  })
  log(`interrupted ${name} jobs that start again: ${running.length}`)
}
