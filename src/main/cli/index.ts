import { exitCodes } from './exit-codes.ts'
import { runCommandLine } from './program.ts'

// A reader that has seen enough (`skiplab runs | head`) is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`skiplab: stdout cannot be written: ${error.message}\n`)
  process.exit(exitCodes.usage)
})

// Remarks that nobody reads any more are no reason to end, nor to end otherwise.
process.stderr.on('error', () => undefined)

void runCommandLine(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode
})
