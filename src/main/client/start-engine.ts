import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, parse, resolve } from 'node:path'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { SkiplabError } from '../../common/failure.ts'
import { engineEnvironment } from './engine-environment.ts'
import { exitCodes } from '../workspace/engine-exit-codes.ts'

export interface StartOptions {
  readonly workspace: string
  /** The built engine; by default `engine.cjs` beside the running program. */
  readonly engineScript?: string
  /** The Node that runs it (22 or newer); by default the running program's. */
  readonly nodePath?: string
  /** Its environment, over this process's own; `ELECTRON_RUN_AS_NODE` for instance. */
  readonly env?: Readonly<Record<string, string>>
  /** Idle time after which the engine ends by itself. */
  readonly idleExitMs?: number
  /** The built worker; by default `worker.cjs` beside the engine. */
  readonly workerScript?: string
}

const startTimeoutMs = 30_000
const pollMs = 40
/** Longest time for which an engine that is just ending keeps the workspace's lock. */
const restartAfterMs = 500
/** An engine that finds its workspace taken ends within this time. */
const justLaunchedMs = 5_000

/**
 * Starts an engine that outlives this process, and waits until `tryConnect` reaches it or one that another program started meanwhile.
 * @throws SkiplabError unavailable
 */
export async function startEngine(options: StartOptions, tryConnect: () => Promise<EngineClient | null>): Promise<EngineClient> {
  const script = options.engineScript ?? join(dirname(process.argv[1] ?? ''), 'engine.cjs')
  if (!existsSync(script))
    throw new SkiplabError('unavailable', `The engine program ${script} is missing. Build Skiplab first: npm run build`)
  const deadline = performance.now() + startTimeoutMs
  let attempt = launch(options, script)
  let taken = false
  for (;;) {
    const client = await tryConnect()
    if (client) {
      attempt.release()
      return client
    }
    const exit = attempt.exit()
    taken ||= exit?.code === exitCodes.workspaceTaken
    if (exit !== null && exit.code !== exitCodes.workspaceTaken) {
      throw new SkiplabError(
        'unavailable',
        exit.words ||
          `The engine ended at once (${exit.code === null ? 'killed' : `exit code ${exit.code}`}); its log is in ` +
            `${join(options.workspace, 'logs', 'engine.log')}.`,
      )
    }
    if (performance.now() > deadline) {
      attempt.release()
      // One that was launched a moment ago would soon find the same.
      if (exit !== null || (taken && performance.now() - attempt.startedAt < justLaunchedMs))
        throw new SkiplabError(
          'unavailable',
          `Another engine holds ${join(options.workspace, 'engine.lock')} but cannot be reached from here: one in another ` +
            'container, or of a copy whose files are hard links to these. End it there, or make a real copy.',
        )
      throw new SkiplabError(
        'unavailable',
        `The engine of ${options.workspace} did not answer within ${startTimeoutMs / 1000} s; its log is in ` +
          `${join(options.workspace, 'logs', 'engine.log')}.`,
      )
    }
    if (exit !== null && performance.now() - exit.at > restartAfterMs) attempt = launch(options, script)
    await new Promise((wake) => setTimeout(wake, pollMs))
  }
}

interface Launch {
  readonly startedAt: number
  exit(): { code: number | null; words: string; at: number } | null
  /** Stops watching the engine, which goes on by itself. */
  release(): void
}

function launch(options: StartOptions, script: string): Launch {
  const args = [script, '--workspace', resolve(options.workspace)]
  if (options.idleExitMs !== undefined) args.push('--idle-exit-ms', String(options.idleExitMs))
  if (options.workerScript !== undefined) args.push('--worker', resolve(options.workerScript))
  const child = spawn(options.nodePath ?? process.execPath, args, {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: engineEnvironment({ ...process.env, ...options.env }),
    // This command's folder may be gone, or about to be unmounted. The engine goes to the workspace once that is there.
    cwd: parse(process.execPath).root,
    windowsHide: true,
  })
  let words = ''
  let exit: { code: number | null; words: string; at: number } | null = null
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => (words = (words + text).slice(-4000)))
  child.once('error', (error) => (exit = { code: null, words: `The engine could not be started: ${error.message}`, at: performance.now() }))
  child.once('close', (code) => (exit ??= { code, words: words.trim(), at: performance.now() }))
  child.unref()
  return {
    startedAt: performance.now(),
    exit: () => exit,
    release: () => {
      child.stderr.removeAllListeners()
      child.stderr.destroy()
    },
  }
}
