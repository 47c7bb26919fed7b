import { openChild, runChild } from './child-command.ts'
import type { CommandResult, OpenCommand, RunOptions, Shell } from './shell.ts'

/** Runs commands on this machine, as on a cluster's login node. */
export class LocalShell implements Shell {
  readonly where = 'this machine'

  run(argv: readonly string[], options?: RunOptions): Promise<CommandResult> {
    return runChild(argv, this.where, options)
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
