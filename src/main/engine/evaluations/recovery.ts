import { killIfSame, hasLivingEngine } from '../../workspace/process-identity.ts'
import type { Store } from '../../store/store.ts'
import type { ScoreFiles } from './score-files.ts'

/** Repairs what a dead engine left: workers that still live are ended, running evaluations wait again, cut files are removed. */
export function recoverEvaluations(store: Store, scores: ScoreFiles, log: (message: string) => void): void {
  const running = store.evaluations.open().filter(({ state }) => state === 'running')
  for (const { id, pid, processStarted } of running) {
    // In a copy of a workspace whose engine lives, the worker is the original's.
    if (pid !== null && !hasLivingEngine(pid) && killIfSame(pid, processStarted))
      log(`evaluation ${id}: worker ${pid} of an engine that is gone was still there; ended`)
  }
  if (running.length > 0) {
    store.write('power-cut', () => {
      for (const { id } of running) store.evaluations.waitAgain(id, 'the engine ended while it was running; starts again')
    })
    log(`${running.length} interrupted evaluations start again`)
  }
  scores.removeStray(new Set(store.evaluations.list(null, ['finished']).map(({ id }) => id)))
}
