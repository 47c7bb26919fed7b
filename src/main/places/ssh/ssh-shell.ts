import { mkdirSync } from 'node:fs'
import { shellWord } from '../../../common/shell-word.ts'
import { openChild, runChild } from '../child-command.ts'
import { type CommandResult, commandsAtOnce, type OpenCommand, type RunOptions, type Shell } from '../shell.ts'
import { Turns } from '../turns.ts'
import { sshTroubleOf } from './ssh-trouble.ts'

export interface SshShellOptions {
  /** As on the command line of `ssh`: all else (user, port, key, jumps) may stand in its configuration. */
  readonly destination: string
  readonly config: string | null
  /** Folder for the socket of the shared connection, which only its owner may read; its path must be short. */
  readonly socketFolder: string
}

/** Silence after which a connection counts as lost: 3 questions, 10 s apart. */
const keepAlive = ['-o', 'ServerAliveInterval=10', '-o', 'ServerAliveCountMax=3', '-o', 'ConnectTimeout=15']

/**
 * Runs commands on another machine through the system's `ssh`, with the person's own configuration, keys, agent and proxy jumps. Asks
 * nothing: what would need a password or an answer fails with words. All commands share one connection where the system can do that.
 */
export class SshShell implements Shell {
  readonly where: string
  readonly #options: SshShellOptions
  readonly #turns = new Turns(commandsAtOnce)

  constructor(options: SshShellOptions) {
    this.#options = options
    this.where = options.destination
    mkdirSync(options.socketFolder, { recursive: true, mode: 0o700 })
  }

  async run(argv: readonly string[], options?: RunOptions): Promise<CommandResult> {
    const result = await this.#turns.take(() => runChild(this.#argv(argv), this.where, options))
    const trouble = this.troubleOf(result.code, result.stderr)
    if (trouble) throw trouble
    return result
  }

  open(argv: readonly string[]): OpenCommand {
    return openChild(this.#argv(argv))
  }

  troubleOf(code: number | null, stderr: string): Error | null {
    return sshTroubleOf(code, stderr, this.where)
  }

  async close(): Promise<void> {
    if (process.platform === 'win32') return
    await runChild(['ssh', ...this.#connection, '-O', 'exit', this.where], this.where, { timeoutMs: 5_000 }).catch(() => undefined)
  }

  get #connection(): string[] {
    const { config, socketFolder } = this.#options
    // Windows' own ssh shares no connections.
    const shared =
      process.platform === 'win32' ? [] : ['-o', 'ControlMaster=auto', '-o', `ControlPath=${socketFolder}/%C`, '-o', 'ControlPersist=60']
    return [...(config === null ? [] : ['-F', config]), '-o', 'BatchMode=yes', ...keepAlive, ...shared]
  }

  /** The login shell there may be any: `exec` and words in single quotes mean the same in all. */
  #argv(argv: readonly string[]): string[] {
    return ['ssh', ...this.#connection, '-T', this.where, `exec ${argv.map((word) => shellWord(word)).join(' ')}`]
  }
}
