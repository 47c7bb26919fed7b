import { Command, CommanderError } from 'commander'
import pc from 'picocolors'
import { withSharedOptions } from './command.ts'
import { explainError } from './exit-codes.ts'
import { registerAnalyse } from './analyse.ts'
import { registerAnalyses } from './analyses.ts'
import { registerCompare } from './compare.ts'
import { registerConfusion } from './confusion.ts'
import { registerData } from './data.ts'
import { registerDemo } from './demo.ts'
import { registerDisk } from './disk.ts'
import { registerDoctor } from './doctor.ts'
import { registerEngine } from './engine.ts'
import { registerEvaluate } from './evaluate.ts'
import { registerEvaluations } from './evaluations.ts'
import { registerExperiment } from './experiment.ts'
import { registerExport } from './export.ts'
import { registerGallery } from './gallery.ts'
import { registerLabel } from './label.ts'
import { registerNetwork } from './network.ts'
import { registerPlace } from './place.ts'
import { registerPublished } from './published.ts'
import { registerQueue } from './queue.ts'
import { registerRecipes } from './recipes.ts'
import { registerReport } from './report.ts'
import { registerRuns } from './runs.ts'
import { registerServe } from './serve.ts'
import { registerShow } from './show.ts'
import { registerSweep } from './sweep.ts'
import { registerWatch } from './watch.ts'
import { registerWeights } from './weights.ts'
import { programVersion } from './version.ts'

/** Defines all commands; nothing is read or started before one of them runs. */
function buildProgram(): Command {
  const program = withSharedOptions(new Command('skiplab'))
    .description('Does depth help, and do shortcuts make it help? Plain and residual networks, trained and compared.')
    .version(programVersion())
    .exitOverride()
    // One line, written by `runCommandLine` for all kinds of errors alike.
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError()
  registerDemo(program)
  registerDoctor(program)
  registerSweep(program)
  registerQueue(program)
  registerPlace(program)
  registerRuns(program)
  registerShow(program)
  registerCompare(program)
  registerConfusion(program)
  registerEvaluate(program)
  registerEvaluations(program)
  registerAnalyse(program)
  registerAnalyses(program)
  registerReport(program)
  registerLabel(program)
  registerWatch(program)
  registerServe(program)
  registerExperiment(program)
  registerExport(program)
  registerGallery(program)
  registerData(program)
  registerWeights(program)
  registerNetwork(program)
  registerPublished(program)
  registerRecipes(program)
  registerDisk(program)
  registerEngine(program)
  return program
}

/** Leaves out the options that may stand before and between the names of commands. */
function withoutSharedOptions(args: readonly string[]): string[] {
  return args.filter((arg, index) => arg !== '--json' && !arg.startsWith('--workspace') && args[index - 1] !== '--workspace')
}

/** Mistakes in what a command is given, after which a person wants to know what it takes. */
const ofUsage: ReadonlySet<string> = new Set([
  'commander.unknownOption',
  'commander.unknownCommand',
  'commander.missingArgument',
  'commander.excessArguments',
  'commander.optionMissingArgument',
  'commander.missingMandatoryOptionValue',
])

/**
 * "; see: skiplab sweep run --help", of the command that was called; nothing where a value was at fault, which says itself what it may
 * be.
 */
function helpHint(error: unknown, program: Command, args: readonly string[]): string {
  if (!(error instanceof CommanderError) || !ofUsage.has(error.code)) return ''
  let command = program
  const path = [program.name()]
  for (const arg of withoutSharedOptions(args)) {
    const next = command.commands.find((one) => one.name() === arg)
    if (!next) break
    command = next
    path.push(arg)
  }
  return `; see: ${path.join(' ')} --help`
}

const withHint = (message: string, hint: string): string => (hint ? message.replace(/\.$/, '') + hint : message)

/** @returns the exit code */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const program = buildProgram()
  try {
    await program.parseAsync([...args], { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    const { exitCode, message } = explainError(error)
    if (message) process.stderr.write(`${pc.red('skiplab:')} ${withHint(message, helpHint(error, program, args))}\n`)
    if (exitCode === 1 && error instanceof Error && process.env.SKIPLAB_DEBUG) process.stderr.write(`${error.stack}\n`)
    return exitCode
  }
}
