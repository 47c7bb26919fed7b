import { CommanderError } from 'commander'
import { SkiplabError, type FailureCode } from '../../common/failure.ts'

/** Exit codes of the command line; documented in docs/command-line.md. */
export const exitCodes = {
  ok: 0,
  /** A fault of the program. */
  internal: 1,
  /** Unknown command or option, bad value, invalid sweep file. */
  usage: 2,
  /** No such run, sweep, data set or file. */
  notFound: 3,
  /** The command came to its end, but a run did not finish, a data set is damaged, or the doctor found a problem. */
  badOutcome: 4,
  /** The state does not allow it. */
  conflict: 5,
  /** The engine cannot be started or reached, or went away. */
  unavailable: 6,
  interrupted: 130,
  /** Nobody reads what a viewer shows (128 + SIGPIPE). */
  readerGone: 141,
  terminated: 143,
} as const

const byFailure: Readonly<Record<FailureCode, number>> = {
  'bad-input': exitCodes.usage,
  'not-found': exitCodes.notFound,
  conflict: exitCodes.conflict,
  unavailable: exitCodes.unavailable,
  internal: exitCodes.internal,
}

/** Ends the command with an exit code, without a further message. */
export class CommandEnd extends Error {
  readonly exitCode: number
  constructor(exitCode: number) {
    super(`exit ${exitCode}`)
    this.name = 'CommandEnd'
    this.exitCode = exitCode
  }
}

/** Finds the exit code of an error, and the one line that tells a person about it (null when nothing is left to say). */
export function explainError(error: unknown): { readonly exitCode: number; readonly message: string | null } {
  if (error instanceof CommandEnd) return { exitCode: error.exitCode, message: null }
  if (error instanceof CommanderError) {
    // Help and version end here too, with exit code 0.
    if (error.exitCode === 0 || error.code === 'commander.help')
      return { exitCode: error.exitCode === 0 ? 0 : exitCodes.usage, message: null }
    return { exitCode: exitCodes.usage, message: oneLine(error.message.replace(/^error: /, '')) }
  }
  if (error instanceof SkiplabError) return { exitCode: byFailure[error.code], message: oneLine(error.message) }
  if (error instanceof Error) return { exitCode: exitCodes.internal, message: oneLine(error.message) }
  return { exitCode: exitCodes.internal, message: oneLine(String(error)) }
}

function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, ' ').trim()
}
