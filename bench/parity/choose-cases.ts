import { cpuDevice, workerEnvironment } from '../../src/main/worker/machine/environment.ts'
import { readCommandLine, threadsOption, titlesOption } from '../command-line.ts'

interface CaseOptions {
  readonly threads: number
  readonly only: readonly string[]
}

/**
 * Reads `--threads` and `--only` of a part of `npm run parity` and sets TensorFlow's threads, which it reads when it is loaded.
 * @param titleOf what `--only` names a part of
 */
export function chooseCases<Case>(
  part: string,
  description: string,
  args: readonly string[],
  cases: readonly Case[],
  titleOf: (of: Case) => string,
): { readonly threads: number; readonly chosen: readonly Case[] } {
  const titles = cases.map(titleOf)
  const { options } = readCommandLine<CaseOptions>(
    `npm run parity -- ${part}`,
    description,
    (command) => command.addOption(threadsOption()).addOption(titlesOption('--only <title...>', 'parts of titles', titles)),
    args,
  )
  Object.assign(process.env, workerEnvironment(cpuDevice(options.threads, 'fp32')))
  return { threads: options.threads, chosen: cases.filter((each) => options.only.some((part) => titleOf(each).includes(part))) }
}
