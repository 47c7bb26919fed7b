import { fork, type ChildProcess } from 'node:child_process'
import { workerReportSchema, type WorkerCommand, type WorkerReport } from '../../../common/rpc/worker-protocol.ts'
import { oomKills } from './oom-kills.ts'
import type { Crash } from './cause-of-crash.ts'

const keptLines = 20
const longestLine = 500

/** How a worker process ended. */
export interface WorkerExit extends Crash {
  /** Why it ended through no fault of the run: the place's, or a scheduler's doing. Left out otherwise. */
  readonly released?: string
}

/** Takes what a worker writes to its outputs, a line each. */
export interface WorkerLog {
  write(line: string): void
}

/** A worker, wherever it runs. */
export interface Worker {
  /** Of a process of this machine. */
  readonly pid: number | undefined
  send(command: WorkerCommand): void
  /** Ends it at once, for a reason that is kept. */
  kill(reason: string): void
}

export interface WorkerListener {
  report(report: WorkerReport): void
  /** Called once when the process is gone, after the last report. */
  exit(exit: WorkerExit): void
}

/** Runs one worker process of this machine: typed messages in both directions, its output in a log, its end reported once. */
export class WorkerProcess implements Worker {
  readonly #child: ChildProcess
  readonly #log: WorkerLog
  readonly #lastLines: string[] = []
  readonly #oomKillsBefore = oomKills()
  #killedFor: string | null = null
  #gone = false

  constructor(script: string, env: NodeJS.ProcessEnv, log: WorkerLog, listener: WorkerListener) {
    this.#log = log
    this.#child = fork(script, [], { env, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'], windowsHide: true })
    this.#readLines(this.#child.stdout, false)
    this.#readLines(this.#child.stderr, true)
    this.#child.on('message', (message) => {
      const parsed = workerReportSchema.safeParse(message)
      if (parsed.success) listener.report(parsed.data)
      else this.kill(`the worker said something that is not in the protocol: ${JSON.stringify(message).slice(0, longestLine)}`)
    })
    // 'close' comes after 'exit', when all output was read.
    this.#child.once('close', (code, signal) => this.#end(listener, code, signal))
    this.#child.once('error', (error) => {
      this.#remember(`the worker could not be started or reached: ${error.message}`)
      if (this.#child.pid === undefined) this.#end(listener, null, null)
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  send(command: WorkerCommand): void {
    if (this.#gone || !this.#child.connected) return
    this.#child.send(command, (error) => {
      if (error) this.#log.write(`could not tell the worker to ${command.type}: ${error.message}`)
    })
  }

  kill(reason: string): void {
    if (this.#gone) return
    this.#killedFor ??= reason
    this.#remember(reason)
    this.#child.kill('SIGKILL')
  }

  #end(listener: WorkerListener, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#gone) return
    this.#gone = true
    this.#log.write(`worker ended: code ${code ?? 'none'}, signal ${signal ?? 'none'}`)
    const [before, now] = [this.#oomKillsBefore, oomKills()]
    listener.exit({
      code,
      signal,
      lastOutput: this.#lastLines.length > 0 ? this.#lastLines.join('\n') : null,
      killedFor: this.#killedFor,
      oomKillSeen: before === null || now === null ? null : now > before,
    })
  }

  #remember(line: string): void {
    this.#log.write(line)
    this.#lastLines.push(line.slice(0, longestLine))
    if (this.#lastLines.length > keptLines) this.#lastLines.shift()
  }

  #readLines(stream: NodeJS.ReadableStream | null, isErrorOutput: boolean): void {
    let rest = ''
    const line = (text: string) => {
      if (text.trim() === '') return
      if (isErrorOutput) this.#remember(text)
      else this.#log.write(text)
    }
    stream?.setEncoding('utf8')
    stream?.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = (lines.pop() ?? '').slice(-longestLine)
      lines.forEach(line)
    })
    stream?.on('end', () => line(rest))
  }
}
