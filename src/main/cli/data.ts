import { setTimeout as sleep } from 'node:timers/promises'
import { createLogUpdate } from 'log-update'
import type { Command } from 'commander'
import { nearestName } from '../../common/nearest-name.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { DatasetProgress, DatasetSummary } from '../../common/records/records.ts'
import { builtInProviders } from '../data/add-dataset.ts'
import { absolutePath } from '../workspace/home-folder.ts'
import { defineCommand, defineDefaultCommand, type Context } from './command.ts'
import { withEngine } from './connect.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { formatBytes, formatInteger, printable } from './format.ts'
import { isLive } from './progress-view.ts'
import { table } from './table.ts'

export function registerData(program: Command): void {
  const data = program.command('data').description('add, list, verify and remove data sets')
  const from = (command: Command) =>
    command.option('--from <path>', 'archive or folder to import; without it the data set is generated or downloaded')
  defineCommand<{ readonly from?: string }>(
    data,
    'add <name>',
    'generate, import or download a data set',
    from,
    async (context, options, [name]) => {
      checkName(name!)
      if (options.from === '') throw new SkiplabError('bad-input', 'Expected an archive or a folder after --from; got an empty text.')
      const added = await withEngine(context, async (client) => {
        const progress = showProgress(context, client, name!)
        try {
          const from = options.from === undefined ? null : absolutePath(options.from)
          const dataset = await cancelledBySignals(context, client, name!, () => client.call('datasets.add', { name: name!, from }))
          if (options.from !== undefined && !progress.seen)
            context.output.note(
              `${name} is here already and whole, so ${options.from} was not read. To import it anew, first: npx skiplab data remove ${name}`,
            )
          return dataset
        } finally {
          progress.stop()
        }
      })
      context.output.value({ type: 'dataset', ...added })
      if (!context.output.json)
        context.output.text(
          `${added.name}: ${formatInteger(added.trainCount)} training${added.validationCount === null ? '' : `, ${formatInteger(added.validationCount)} validation`} and ${formatInteger(added.testCount)} test images, ${added.classes.length} classes, ${imageSize(added)}, checksum ${added.checksum.slice(0, 12)}`,
        )
    },
  )

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

  defineDefaultCommand(
    data,
    'list',
    'the data sets of the workspace',
    (command) => command,
    async (context) => {
      const datasets = await withEngine(context, (client) => client.call('datasets.list', {}))
      context.output.value(datasets)
      if (!context.output.json)
        context.output.text(
          datasets.length > 0
            ? datasetTable(datasets)
            : `No data set yet. Add one with: npx skiplab data add ${builtInProviders.map((provider) => provider.name).join(' | ')}`,
        )
    },
  )

  defineCommand(
    data,
    'verify <name>',
    'read a data set through and compare it with its checksums',
    (command) => command,
    async (context, _options, [name]) => {
      const result = await withEngine(context, async (client) => {
        await requirePresent(client, name!)
        return client.call('datasets.verify', { name: name! })
      })
      context.output.value(result)
      if (!context.output.json)
        context.output.text(result.valid ? `${name}: whole` : [`${name}: damaged`, ...result.problems.map(printable)].join('\n'))
      if (!result.valid) throw new CommandEnd(exitCodes.badOutcome)
    },
  )

  defineCommand(
    data,
    'remove <name>',
    'delete a data set from the workspace; runs and their results stay',
    (command) => command,
    async (context, _options, [name]) => {
      await withEngine(context, async (client) => {
        await requirePresent(client, name!)
        await client.call('datasets.remove', { name: name! })
      })
      context.output.value({ removed: name })
      if (!context.output.json) context.output.text(`${name}: removed`)
    },
  )
}

/**
 * Waits for what is being added, and cancels it when the command is interrupted. A second signal ends the command at once.
 * @throws CommandEnd when it was cancelled; what was whole before that stays, and is the result
 */
async function cancelledBySignals<T>(context: Context, client: EngineClient, name: string, add: () => Promise<T>): Promise<T> {
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

/** The engine may not have begun yet with what it is to cancel. */
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
    `Unknown data set "${name}"; expected ${known.join(' or ')}${near ? `; did you mean "${near}"?` : '.'}`,
  )
}

async function requirePresent(client: EngineClient, name: string): Promise<void> {
  const present = (await client.call('datasets.list', {})).map((dataset) => dataset.name)
  if (present.includes(name)) return
  const near = nearestName(name, present)
  throw new SkiplabError(
    'not-found',
    `The data set "${name}" is not in this workspace${near ? `; did you mean "${near}"?` : present.length > 0 ? `, which has ${present.join(', ')}.` : ', which has none.'}`,
  )
}

/** A line that moves on a terminal; elsewhere a line at each tenth. */
function showProgress(context: Context, client: EngineClient, name: string): { stop(): void; readonly seen: boolean } {
  const live = isLive(process.stderr) ? createLogUpdate(process.stderr) : null
  let last = ''
  let seen = false
  const end = client.on('dataset.progress', (progress) => {
    if (progress.dataset !== name) return
    seen = true
    context.output.value({ type: 'progress', ...progress })
    if (live) {
      live(progressLine(progress, progress.total === null ? null : Math.floor((100 * progress.done) / progress.total)))
      return
    }
    const tenth = progress.total === null || progress.total === 0 ? null : Math.floor((10 * progress.done) / progress.total) * 10
    const line = progressLine({ ...progress, done: progress.total === null ? 0 : progress.done }, tenth)
    const key = `${progress.step} ${tenth}`
    if (key !== last) context.output.note(line)
    last = key
  })
  return {
    get seen() {
      return seen
    },
    stop() {
      end()
      live?.clear()
    },
  }
}

function progressLine(progress: DatasetProgress, percent: number | null): string {
  const amount = (value: number) => (progress.unit === 'bytes' ? formatBytes(value) : `${formatInteger(value)} ${progress.unit}`)
  const share =
    percent === null || progress.total === null
      ? progress.done > 0
        ? amount(progress.done)
        : ''
      : `${percent} % of ${amount(progress.total)}`
  return `${progress.dataset}: ${printable(progress.step)}${share ? `, ${share}` : ''}`
}

const imageSize = ({ imageShape }: DatasetSummary): string => imageShape?.join('×') ?? 'varied'

function datasetTable(datasets: readonly DatasetSummary[]): string {
  return table(
    [
      { title: 'data set' },
      { title: 'training', align: 'right' },
      { title: 'test', align: 'right' },
      { title: 'classes', align: 'right' },
      { title: 'image' },
      { title: 'size', align: 'right' },
      { title: 'source' },
    ],
    datasets.map((dataset) => [
      dataset.name,
      formatInteger(dataset.trainCount),
      formatInteger(dataset.testCount),
      String(dataset.classes.length),
      imageSize(dataset),
      formatBytes(dataset.bytes),
      dataset.source,
    ]),
  )
}
