import { messageOf } from '../../common/caught.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { WorkerReport } from '../../common/rpc/worker-protocol.ts'
import { DeviceUnavailable } from './backend/backend.ts'

type Failure = Pick<Extract<WorkerReport, { type: 'failed' }>, 'kind' | 'reason'>

/** Tells by its class or its words what kind of failure an error is, so that the engine knows whether another attempt may help. */
export function failureOf(error: unknown): Failure {
  const reason = messageOf(error)
  if (error instanceof SkiplabError) return { kind: 'data', reason }
  if (error instanceof DeviceUnavailable) return { kind: 'device', reason }
  if (/out of memory|OOM|bad_alloc|RESOURCE_EXHAUSTED|failed to allocate/i.test(reason))
    return { kind: 'memory', reason: `Out of memory: ${reason}` }
  if (/ENOSPC|EDQUOT|no space left/i.test(reason)) return { kind: 'disk', reason: `No space left on the disk: ${reason}` }
  if (/CUDA|GPU/i.test(reason)) return { kind: 'device', reason }
  return { kind: 'program', reason }
}
