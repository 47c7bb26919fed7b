import { availableParallelism } from 'node:os'
import { Argument, Command, Option } from 'commander'
import { SkiplabError } from '../src/common/failure.ts'
import { integer } from '../src/main/cli/values.ts'

/**
 * Reads what a program of the bench was told. Wrong words end the program with one line before anything is measured; `--help` lists all.
 * @param usage "npm run bench --"
 * @param configure adds options and arguments; their readers make O and the arguments true
 */
// O is named by the caller, whose option readers make it true; commander's own types work alike.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function readCommandLine<O extends object>(
  usage: string,
  description: string,
  configure: (command: Command) => Command,
  args: readonly string[] = process.argv.slice(2),
): { readonly options: O; readonly args: readonly string[] } {
  const command = configure(new Command(usage).description(description))
  command.showHelpAfterError(`"${usage} --help" lists what it takes.`)
  try {
    command.parse(args, { from: 'user' })
  } catch (error) {
    if (error instanceof SkiplabError) command.error(`error: ${error.message}`)
    throw error
  }
  return { options: command.opts<O>(), args: command.args }
}

export function threadsOption(): Option {
  const option = new Option('--threads <count>', 'threads of each program').argParser(integer('a number of threads', 1, 1024))
  return option.default(availableParallelism(), 'one a core')
}

/** Several of some words, one after the other or by repeating the option. */
export function severalOption(flags: string, description: string, choices: readonly string[], preset: readonly string[] = choices): Option {
  return new Option(flags, description).choices(choices).default([...preset])
}

/** Parts of titles; one that no title has is refused, since a comparison of nothing would pass. All titles unless given. */
export function titlesOption(flags: string, description: string, titles: readonly string[]): Option {
  const named: string[] = []
  const read = (text: string) => {
    if (!titles.some((title) => title.includes(text)))
      throw new SkiplabError('bad-input', `Expected a part of ${titles.join('; ')}; got "${text}".`)
    named.push(text)
    return named
  }
  return new Option(flags, description).argParser(read).default([''], 'all')
}

/** Parts of a program by name; all unless given. */
export function partsArgument(parts: readonly string[]): Argument {
  return new Argument('[part...]', 'what to measure').choices(parts).default([...parts], 'all')
}
