import { setTimeout as sleep } from 'node:timers/promises'
import { processStartedAt } from '../workspace/process-identity.ts'

/**
 * Waits until a process of this machine is gone.
 * @param startedAt of `processStartedAt`: a later process may have the same number; null, where the system does not tell, is not waited for
 * @returns whether it is gone
 */
export async function awaitProcessEnd(pid: number, startedAt: string | null, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs
  while (startedAt !== null && processStartedAt(pid) === startedAt) {
    if (performance.now() > deadline) return false
    await sleep(50)
  }
  return true
}
