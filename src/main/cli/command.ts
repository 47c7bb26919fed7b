import type { Command, CommandOptions } from 'commander'
import { nearestName } from '../../common/nearest-name.ts'
import { SkiplabError } from '../../common/failure.ts'
import { createOutput, type Output } from './output.ts'
import { workspaceFolder } from './workspace.ts'

/** What every command gets. */
export interface Context {
  /** Absolute path. */
  readonly workspace: string
  /** True when the workspace was not named on the command line or in the environment. */
  readonly defaultWorkspace: boolean
  readonly output: Output
}

interface SharedOptions {
  readonly workspace?: string
  readonly json?: boolean
}

/** Adds `--workspace` and `--json`, which every command takes, before or after its name. */
export function withSharedOptions(command: Command): Command {
  return command
    .option('--workspace <dir>', 'folder of the workspace (default: SKIPLAB_WORKSPACE, else ~/Skiplab)')
    .option('--json', 'print JSON on stdout, words for people on stderr')
}

/**
 * Defines a command with its own options and the shared ones.
 * @param run gets its arguments by position, its options, and the context
 */
// O is named by the caller, whose option parsers make it true; commander's own types work alike.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function defineCommand<O extends object>(
  parent: Command,
  usage: string,
  description: string,
  configure: (command: Command) => Command,
  run: (context: Context, options: O, args: readonly string[]) => void | Promise<void>,
  commandOptions: CommandOptions = {},
): Command {
  const command = withSharedOptions(configure(parent.command(usage, commandOptions).description(description)))
  return command.action(async () => {
    const options = command.optsWithGlobals<O & SharedOptions>()
    const named = options.workspace === undefined ? null : workspaceFolder(options.workspace)
    const context: Context = {
      // Commands that need no workspace run whatever HOME says.
      get workspace() {
        return named ?? workspaceFolder(undefined)
      },
      defaultWorkspace: options.workspace === undefined && !process.env.SKIPLAB_WORKSPACE,
      output: createOutput(options.json === true),
    }
    await run(context, options, command.args)
  })
}

/** Defines what a group of commands does without a subcommand; a mistyped subcommand ends here too, and is named in the error. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function defineDefaultCommand<O extends object>(
  group: Command,
  name: string,
  description: string,
  configure: (command: Command) => Command,
  run: (context: Context, options: O) => void | Promise<void>,
): Command {
  const configured = (command: Command) => configure(command).argument('[rest...]').usage('[options]').helpCommand(false)
  return defineCommand<O>(
    group,
    name,
    description,
    configured,
    (context, options, args) => {
      const [typed] = args
      if (typed !== undefined) {
        const known = group.commands.map((command) => command.name())
        const near = nearestName(typed, known)
        throw new SkiplabError(
          'bad-input',
          `Unknown command "${group.name()} ${typed}"; expected ${known.join(', ')}${near ? `; did you mean "${near}"?` : '.'}`,
        )
      }
      return run(context, options)
    },
    { isDefault: true },
  )
}

/** Collects the values of a repeatable option for commander. */
export function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value]
}
