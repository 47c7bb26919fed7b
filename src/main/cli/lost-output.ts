import { hasCode } from '../../common/caught.ts'
import { exitCodes } from './exit-codes.ts'

/**
 * What becomes of a command whose stdout takes nothing any more: its reader is gone (`| head`, or a `tee` that the same Ctrl-C ended),
 * its disk is full. The command goes on to its end, and its exit code says how that was; what stdout does not take is dropped.
 */
let lost: Error | null = null
let told = false
/** A reader that a Ctrl-C ended may be gone before that signal is heard here; then there is nothing to tell. */
const signalDelayMs = 200
const listeners = new Set<() => void>()

/** Call once, before anything is written. */
export function keepGoingWithoutOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (lost) return
    lost = error
    // A reader that has seen enough is no fault of ours.
    if (!readerIsGone()) process.stderr.write(`skiplab: stdout cannot be written: ${error.message}\n`)
    setTimeout(() => {
      told = true
      for (const listener of listeners) listener()
    }, signalDelayMs).unref()
  })
  // Remarks that nobody reads any more are no reason to end, nor to end otherwise.
  process.stderr.on('error', () => undefined)
  process.once('exit', (code) => {
    if (code === 0 && lost && !readerIsGone()) process.exitCode = exitCodes.usage
  })
}

/** Calls the listener once when stdout is lost. @returns a function that takes the listener back */
export function onOutputLost(listener: () => void): () => void {
  listeners.add(listener)
  if (told) listener()
  return () => listeners.delete(listener)
}

function readerIsGone(): boolean {
  return hasCode(lost, 'EPIPE', 'ECONNRESET')
}

/** Ends an interrupted command without waiting for a reader that does not read (`| less`). */
export function endWithoutReader(exitCode: number, patienceMs = 1000): void {
  setTimeout(() => process.exit(exitCode), patienceMs).unref()
}
