import { exitCodes } from './exit-codes.ts'
import { endWithoutReader, keepGoingWithoutOutput } from './lost-output.ts'
import { runCommandLine } from './program.ts'

keepGoingWithoutOutput()

void runCommandLine(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode
  if (exitCode === exitCodes.interrupted || exitCode === exitCodes.terminated) endWithoutReader(exitCode)
})
