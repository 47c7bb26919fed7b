import { openChild, runChild } from './child-command.ts'
import { type CommandResult, commandsAtOnce, type OpenCommand, type RunOptions, type Shell } from './shell.ts'
import { Turns } from './turns.ts'

/** Runs commands on this machine, as on a cluster's login node. */
export class LocalShell implements Shell {
  readonly where = 'this machine'
  readonly #turns = new Turns(commandsAtOnce)

  run(argv: readonly string[], options?: RunOptions): Promise<CommandResult> {
    return this.#turns.take(() => runChild(argv, this.where, options))
  }

  open(argv: readonly string[]): OpenCommand {
    return openChild(argv)
  }

  troubleOf(): null {
    return null
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
