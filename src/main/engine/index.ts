import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { messageOf } from '../../common/caught.ts'
import { Engine, WorkspaceTaken } from './engine.ts'
import { exitCodes } from '../workspace/engine-exit-codes.ts'
import { closeInheritedFiles } from './machine/inherited-files.ts'
import { ensureTemporaryFolder, takeOwnFolders } from './machine/own-folders.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Slot } from './machine/slot.ts'
import { slotEnvironment } from './machine/slot-environment.ts'

/** `engine.cjs --workspace DIR [--idle-exit-ms N] [--cpu-slots N] [--worker FILE]`: serves one workspace until it is told to stop. */
async function main(): Promise<void> {
  closeInheritedFiles()
  const { values } = parseArgs({
    options: {
      workspace: { type: 'string' },
      'idle-exit-ms': { type: 'string', default: process.env.SKIPLAB_IDLE_EXIT_MS ?? '60000' },
      'cpu-slots': { type: 'string', default: process.env.SKIPLAB_CPU_SLOTS ?? '' },
      worker: { type: 'string', default: join(dirname(process.argv[1] ?? ''), 'worker.cjs') },
    },
  })
  if (!values.workspace) throw new Error('engine: --workspace DIR is missing')
  const idleExitMs = Number(values['idle-exit-ms'])
  if (!(idleExitMs >= 0)) throw new Error(`engine: --idle-exit-ms expects milliseconds, got ${values['idle-exit-ms']}`)
  const cpuSlots = values['cpu-slots'] === '' ? null : Number(values['cpu-slots'])
  if (cpuSlots !== null && !(Number.isInteger(cpuSlots) && cpuSlots >= 1))
    throw new Error(`engine: --cpu-slots expects a whole number from 1, got ${values['cpu-slots']}`)

  const workerScript = resolve(values.worker)
  const version = programVersion()
  const engine = await Engine.start({
    workspace: values.workspace,
    version,
    workerScript,
    workerEnvironment,
    idleExitMs,
    cpuSlots,
    onLocked,
  })
  process.on('uncaughtException', (error) => engine.logUnexpected(error))
  process.on('unhandledRejection', (error) => engine.logUnexpected(error))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void engine.stop('terminate'))
  await engine.ended
}

/** Makes the workspace the working directory. */
function onLocked({ folder, temporary }: Workspace): void {
  takeOwnFolders(folder, temporary)
}

/** Makes a worker's environment, and the temporary folder again if somebody has removed it. */
function workerEnvironment(slot: Slot): NodeJS.ProcessEnv {
  ensureTemporaryFolder()
  return slotEnvironment(slot)
}

/** Reads the version from the package.json above `out/main`. */
function programVersion(): string {
  try {
    const text = readFileSync(join(dirname(process.argv[1] ?? ''), '..', '..', 'package.json'), 'utf8')
    return z.object({ version: z.string() }).parse(JSON.parse(text)).version
  } catch {
    return 'unknown'
  }
}

// Ignores a closed stderr: the process that started the engine may be gone.
process.stderr.on('error', () => undefined)
process.on('SIGHUP', () => undefined)
main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`)
    process.exit(error instanceof WorkspaceTaken ? exitCodes.workspaceTaken : exitCodes.failed)
  },
)
