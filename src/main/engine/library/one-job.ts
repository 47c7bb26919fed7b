import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

export interface OneJobOptions {
  readonly workerScript: string
  readonly environment: NodeJS.ProcessEnv
  /** Ends the process. */
  readonly signal: AbortSignal
}

export interface OneJobAnswer {
  /** The last line that it printed, as JSON; null where that is none. */
  readonly answer: unknown
  /** The last line of its error output; "" for none. */
  readonly lastError: string
  readonly pid: number | undefined
}

/** Has the worker's script do one job that is no run, in a process of its own: one JSON text on its standard input. */
export async function runOneJob(name: string, job: unknown, { workerScript, environment, signal }: OneJobOptions): Promise<OneJobAnswer> {
  const child = spawn(process.execPath, [workerScript, name], {
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    signal,
  })
  child.on('error', () => undefined) // told by the answer that does not come
  child.stdin.on('error', () => undefined)
  child.stdin.end(JSON.stringify(job))
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { answer: parsed(lastLine(output)), lastError: lastLine(errors), pid: child.pid }
}

/** TensorFlow's lines for information, which come whatever happens, are none. */
function lastLine(output: string): string {
  const lines = output.trim().split('\n')
  return lines.findLast((line) => !/^(?:I\d{4} |WARNING: All log messages)/.test(line)) ?? ''
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
