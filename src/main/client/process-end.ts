import { setTimeout as sleep } from 'node:timers/promises'
import { processStartedAt } from '../workspace/process-identity.ts'

/**
 * Waits until a process of this machine is gone.
 * @param startedAt of `processStartedAt`: a later process may have the same number. Null where the system does not tell: then only Windows,
 *   which gives numbers anew late, is waited for
 * @returns whether it is gone, as far as is known
 */
export async function awaitProcessEnd(pid: number, startedAt: string | null, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs
  const isThere = (): boolean => (startedAt === null ? process.platform === 'win32' && answers(pid) : processStartedAt(pid) === startedAt)
  while (isThere()) {
    if (performance.now() > deadline) return false
    await sleep(50)
  }
  return true
}

function answers(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
