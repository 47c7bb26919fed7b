import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { EngineClient } from '../../common/rpc/contract.ts'
import type { EngineStatus } from '../../common/records/records.ts'
import type { Context } from './command.ts'

/** Says when the engine was started before this program was built: it goes on as the old one, with workers of the new one. */
export function noteOlderBuild({ output }: Context, { pid, startedAt }: EngineStatus): void {
  const script = join(dirname(process.argv[1] ?? ''), 'engine.cjs')
  // When the file came here, which an installer that keeps modification times does not hide.
  const builtAt = statSync(script, { throwIfNoEntry: false })?.ctimeMs ?? 0
  if (builtAt > startedAt)
    output.note(
      `The running engine (process ${pid}) is of an older build of Skiplab. To train with this one: npx skiplab engine stop ` +
        '(running runs save and go on with the next command).',
    )
}

export async function noteOlderBuildOf(context: Context, client: EngineClient): Promise<void> {
  noteOlderBuild(context, await client.call('engine.status', {}))
}
