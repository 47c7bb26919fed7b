import { SkiplabError } from '../../common/failure.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { commandLineOf, processStartedAt } from '../workspace/process-identity.ts'
import { servesWorkspace } from './end-other-engine.ts'
import { awaitProcessEnd } from './process-end.ts'

/** How long an engine that has said goodbye may take to close its files. */
const patienceMs = 30_000

/**
 * Ends a connected engine, and waits until its process is gone: it closes its files last, and whoever removes the workspace next is not to
 * meet them half gone.
 * @param mode `now`: nothing is saved first
 * @throws SkiplabError unavailable when it takes too long
 */
export async function stopEngine(client: EngineClient, workspace: string, mode: 'now' | 'checkpoint'): Promise<void> {
  const ended = new Promise<void>((done) => client.onClose(() => done()))
  const { pid } = await client.call('engine.status', {})
  // The number of an engine in another container is that of some other process here.
  const startedAt = servesWorkspace(commandLineOf(pid), workspace) ? processStartedAt(pid) : null
  await client.call('engine.stop', { mode })
  await ended
  if (!(await awaitProcessEnd(pid, startedAt, patienceMs)))
    throw new SkiplabError(
      'unavailable',
      `The engine was told to end, but its process ${pid} still closes its files. Look again in a moment.`,
    )
}
