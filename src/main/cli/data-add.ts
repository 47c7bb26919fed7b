import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { nearestName } from '../../common/nearest-name.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { DatasetSummary } from '../../common/records/records.ts'
import { builtInProviders } from '../data/add-dataset.ts'
import { absolutePath } from '../workspace/home-folder.ts'
import { defineCommand, type Context } from './command.ts'
import { withEngine } from './connect.ts'
import { showProgress } from './data-progress.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { formatInteger, printable } from './format.ts'
import { addImportFlags, importOptionsOf, type ImportFlags } from './import-options.ts'

interface AddOptions extends ImportFlags {
  readonly from?: string
  readonly as?: string
}

/** Registers `data add`, and `data cancel` for what another command or a page is adding. */
export function registerDataAdd(data: Command): void {
  const from = (command: Command) =>
    addImportFlags(
      command
        .option('--from <path>', 'archive or folder to import; without it the data set is generated or downloaded')
        .option('--as <name>', 'store a known data set of photographs under this name, so that several sizes of it stand side by side'),
    )
  defineCommand<AddOptions>(data, 'add <name>', 'generate, import or download a data set', from, async (context, options, [name]) => {
    if (options.from === undefined || options.as !== undefined) checkName(name!)
    if (options.from === '') throw new SkiplabError('bad-input', 'Expected an archive or a folder after --from; got an empty text.')
    const added = await withEngine(context, (client) => addDataset(context, client, name!, options))
    context.output.value({ type: 'dataset', ...added })
    if (!context.output.json) context.output.text(addedText(added))
  })

  defineCommand(
    data,
    'cancel <name>',
    'break off what is being added; nothing of it stays',
    (command) => command,
    async (context, _options, [name]) => {
      await withEngine(context, (client) => client.call('datasets.cancel', { name: name! }))
      context.output.value({ cancelled: name })
      if (!context.output.json) context.output.text(`${name}: cancelled, nothing of it stays`)
    },
  )
}

/** Adds a data set, shows how far it is, and says so when it was there already. */
async function addDataset(context: Context, client: EngineClient, asked: string, options: AddOptions): Promise<DatasetSummary> {
  const name = options.as ?? asked
  const progress = showProgress(context, client, name)
  try {
    const from = options.from === undefined ? null : absolutePath(options.from)
    const request = { name, from, options: importOptionsOf(options), ...(name === asked ? {} : { known: asked }) }
    const dataset = await cancelledBySignals(context, client, name, () => client.call('datasets.add', request))
    if (options.from !== undefined && !progress.seen)
      context.output.note(
        `${name} is here already and whole, so ${options.from} was not read. ` +
          `To import it anew, first: npx skiplab data remove ${name}`,
      )
    return dataset
  } finally {
    progress.stop()
  }
}

function addedText(added: DatasetSummary): string {
  const validation = added.validationCount === null ? '' : `, ${formatInteger(added.validationCount)} validation`
  const facts = [
    `${added.name}: ${formatInteger(added.trainCount)} training${validation} and ${formatInteger(added.testCount)} test images`,
    `${added.classes.length} classes`,
    imageSize(added),
    `checksum ${added.checksum.slice(0, 12)}`,
  ].join(', ')
  return [facts, ...added.notes.map(printable)].join('\n')
}

/** Writes height, width and channels of a data set's images, or that they vary. */
export const imageSize = ({ imageShape }: DatasetSummary): string => imageShape?.join('×') ?? 'varied'

/**
 * Waits for what is being added, and cancels it when the command is interrupted. A second signal ends the command at once.
 * @throws CommandEnd when it was cancelled; what was whole before that stays, and is the result
 */
export async function cancelledBySignals<T>(context: Context, client: EngineClient, name: string, add: () => Promise<T>): Promise<T> {
  let cancelledWith: number | null = null
  let ended = false
  const cancel = (signal: NodeJS.Signals): void => {
    const exitCode = signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
    if (cancelledWith !== null) process.exit(exitCode)
    cancelledWith = exitCode
    void cancelUntil(() => ended, client, name)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, cancel)
  try {
    return await add()
  } catch (error) {
    if (cancelledWith === null) throw error
    context.output.note(`${name}: cancelled, nothing of it stays`)
    throw new CommandEnd(cancelledWith)
  } finally {
    ended = true
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, cancel)
  }
}

/** Cancels again and again, since the engine may not have begun yet with what it is to cancel. */
async function cancelUntil(ended: () => boolean, client: EngineClient, name: string): Promise<void> {
  while (!ended()) {
    const cancelled = await client.call('datasets.cancel', { name }).then(
      () => true,
      () => false,
    )
    if (cancelled) return
    await sleep(100)
  }
}

function checkName(name: string): void {
  const known = builtInProviders.map((provider) => provider.name)
  if (known.includes(name)) return
  const near = nearestName(name, known)
  throw new SkiplabError(
    'bad-input',
    `Unknown data set "${name}"; expected ` +
      `${known.join(' or ')}${near ? `; did you mean "${near}"?` : ', or --from with the path of your own images.'}`,
  )
}
