import type { Readable, Writable } from 'node:stream'

/**
 * Most commands that a shell runs side by side: two hundred jobs that are started or ended at once must not besiege Slurm's controller, and
 * an SSH server takes ten sessions of a connection, some of which serve transfers.
 */
export const commandsAtOnce = 4

/** What a command said. */
export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly stdin?: string
  /** Ends the command; by default after a minute. */
  readonly timeoutMs?: number
}

/** A command that runs, with its pipes. */
export interface OpenCommand {
  readonly stdin: Writable
  readonly stdout: Readable
  /** Resolves when it is over and its output was read. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>
  kill(): void
}

/** Runs commands where a place is: on this machine, or on another through `ssh`. */
export interface Shell {
  /** Where commands run, in words: `this machine`, `me@lab2`. */
  readonly where: string
  /**
   * Runs a program with arguments, each taken as it is.
   * @returns what it said, whatever its exit code
   * @throws PlaceTrouble when the machine cannot be reached, or the command did not end in time
   */
  run(argv: readonly string[], options?: RunOptions): Promise<CommandResult>
  /** Starts a program whose pipes stay open. Trouble of the connection shows in `ended`: see {@link Shell.troubleOf}. */
  open(argv: readonly string[]): OpenCommand
  /** Tells whether an exit code and error output are the connection's and not the command's. */
  troubleOf(code: number | null, stderr: string): Error | null
  /** Ends the connection that commands share. */
  close(): Promise<void>
}
