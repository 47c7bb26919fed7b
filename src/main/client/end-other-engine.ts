import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf } from '../../common/caught.ts'
import { SkiplabError } from '../../common/failure.ts'
import { commandLineOf, processStartedAt } from '../workspace/process-identity.ts'
import { awaitProcessEnd } from './process-end.ts'

/** How long to wait for the end: runs get ten seconds to save, more where a step takes longer. */
const patienceMs = 60_000

/**
 * Ends an engine whose protocol this program does not speak by the signal that every engine understands: running runs save first.
 * @throws SkiplabError conflict when the process is not for certain the workspace's engine, unavailable when it does not end
 */
export async function endOtherEngine(pid: number, workspace: string): Promise<void> {
  const startedAt = processStartedAt(pid)
  if (startedAt === null || !servesWorkspace(commandLineOf(pid), workspace)) {
    throw new SkiplabError(
      'conflict',
      `Process ${pid} is not for certain the engine of ${workspace}, so it was left alone. If it is, end it with: kill ${pid}`,
    )
  }
  try {
    process.kill(pid, 'SIGTERM')
  } catch (error) {
    throw new SkiplabError('unavailable', `The engine, process ${pid}, cannot be told to end: ${messageOf(error)}`)
  }
  if (!(await awaitProcessEnd(pid, startedAt, patienceMs)))
    throw new SkiplabError('unavailable', `The engine, process ${pid}, was told to end but has not done so within ${patienceMs / 1000} s.`)
}

/** Tells whether a process serves the workspace: the number in `engine.json` may be another process by now, or one of another container. */
export function servesWorkspace(commandLine: string | null, workspace: string): boolean {
  if (commandLine === null || !commandLine.includes('engine.cjs ')) return false
  return [resolve(workspace), realpathSync(workspace)].some((folder) => `${commandLine} `.includes(` --workspace ${folder} `))
}
