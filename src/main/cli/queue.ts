import type { Command } from 'commander'
import type { EngineClient } from '../../common/rpc/contract.ts'
import type { RunSelection } from '../../common/rpc/queue-calls.ts'
import { SkiplabError } from '../../common/failure.ts'
import { defineCommand, defineDefaultCommand, type Context } from './command.ts'
import { withEngine } from './connect.ts'
import { findSweep } from './run-filter.ts'
import { registerQueueHours } from './queue-hours.ts'
import { runTable } from './run-state.ts'
import { integer } from './values.ts'

interface SelectionOptions {
  readonly sweep?: string
  readonly all?: boolean
}

interface MoveOptions {
  readonly first?: boolean
  readonly last?: boolean
  readonly before?: number
}

const runNumber = integer('the number of a run', 1, Number.MAX_SAFE_INTEGER)

const selection = (command: Command) =>
  command
    .argument('[runs...]', 'numbers of runs')
    .option('--sweep <sweep>', 'all runs of a sweep, by number or name')
    .option('--all', 'all runs')

export function registerQueue(program: Command): void {
  const queue = program.command('queue').description('show and steer the queue')
  defineDefaultCommand(
    queue,
    'list',
    'running and waiting runs, in the order in which they start',
    (command) => command,
    async (context) => {
      const { runs, paused } = await withEngine(context, async (client) => ({
        runs: await client.call('queue.list', {}),
        paused: (await client.call('engine.status', {})).paused,
      }))
      context.output.value({ paused, runs })
      if (!context.output.json)
        context.output.text(
          [
            runs.length > 0 ? runTable(runs) : 'The queue is empty.',
            ...(paused ? ['The queue is paused: no new run starts. Resume it with: npx skiplab queue resume'] : []),
          ].join('\n\n'),
        )
    },
  )

  registerPauseAndResume(queue)
  registerCancelAndRetry(queue)
  registerMove(queue)
  registerPriority(queue)
  registerBinding(queue)
  registerQueueHours(queue)
}

function registerPauseAndResume(queue: Command): void {
  for (const verb of ['pause', 'resume'] as const) {
    const description =
      verb === 'pause'
        ? 'pause runs (running ones save first); without runs, start no new ones'
        : 'resume paused runs; without runs, the whole queue'
    defineCommand<SelectionOptions>(queue, verb, description, selection, async (context, options, args) => {
      const runIds = await withEngine(context, async (client) => {
        const chosen = await readSelection(client, options, args)
        return (await client.call(`queue.${verb}`, chosen ? { selection: chosen } : {})).runIds
      })
      const whole = args.length === 0 && options.sweep === undefined && !options.all
      report(
        context,
        runIds,
        whole ? `The queue is ${verb === 'pause' ? 'paused: running runs go on, no new one starts' : 'running again'}.` : null,
        `${verb}d`,
      )
    })
  }
}

function registerCancelAndRetry(queue: Command): void {
  for (const [verb, description] of [
    ['cancel', 'cancel runs; a running one saves first and can be retried from there'],
    ['retry', 'queue failed, held or cancelled runs again; they go on from their last checkpoint'],
  ] as const) {
    defineCommand<SelectionOptions>(queue, verb, description, selection, async (context, options, args) => {
      const runIds = await withEngine(context, async (client) => {
        const chosen = await readSelection(client, options, args)
        if (!chosen) throw new SkiplabError('bad-input', `Expected which runs to ${verb}: their numbers, --sweep SWEEP or --all.`)
        return (await client.call(`queue.${verb}`, { selection: chosen })).runIds
      })
      report(context, runIds, null, verb === 'cancel' ? 'cancelled' : 'queued again')
    })
  }
}

function registerMove(queue: Command): void {
  const positions = (command: Command) =>
    command
      .argument('<runs...>', 'numbers of runs')
      .option('--first', 'before all others')
      .option('--last', 'after all others')
      .option('--before <run>', 'before another run', runNumber)
  defineCommand<MoveOptions>(queue, 'move', 'change the order of waiting runs', positions, async (context, options, args) => {
    if ([options.first, options.last, options.before].filter((position) => position !== undefined).length > 1)
      throw new SkiplabError('bad-input', 'Expected one of --first, --last and --before RUN; got more.')
    const to = options.first ? 'first' : options.last ? 'last' : options.before !== undefined ? { before: options.before } : null
    if (to === null) throw new SkiplabError('bad-input', 'Expected where to move the runs: --first, --last or --before RUN.')
    const { runIds } = await withEngine(context, (client) => client.call('queue.move', { runIds: args.map(runNumber), to }))
    report(context, runIds, null, 'moved')
  })
}

function registerPriority(queue: Command): void {
  const priority = (command: Command) =>
    command
      .argument('<runs...>', 'numbers of runs')
      .requiredOption('--to <number>', 'priority, higher runs first', integer('a priority', -100, 100))
  defineCommand<{ readonly to: number }>(queue, 'priority', 'change the priority of runs', priority, async (context, options, args) => {
    const { runIds } = await withEngine(context, (client) =>
      client.call('queue.setPriority', { runIds: args.map(runNumber), priority: options.to }),
    )
    report(context, runIds, null, `now of priority ${options.to}`)
  })
}

function registerBinding(queue: Command): void {
  const binding = (command: Command) =>
    command.argument('<runs...>', 'numbers of runs').requiredOption('--place <name>', 'a place, here for this machine, any for all')
  defineCommand<{ readonly place: string }>(queue, 'bind', 'choose where runs train', binding, async (context, options, args) => {
    const place = options.place === 'any' ? null : options.place
    const { runIds } = await withEngine(context, (client) => client.call('places.bind', { runIds: args.map(runNumber), place }))
    report(context, runIds, null, place === null ? 'may train anywhere' : `train at ${place} alone`)
  })
}

/** @returns null when nothing is named */
async function readSelection(client: EngineClient, options: SelectionOptions, args: readonly string[]): Promise<RunSelection | null> {
  if ([args.length > 0, options.sweep !== undefined, options.all === true].filter(Boolean).length > 1) {
    throw new SkiplabError('bad-input', 'Expected numbers of runs, --sweep or --all; got more than one of them.')
  }
  if (args.length > 0) return { runIds: args.map(runNumber) }
  if (options.sweep !== undefined) return { sweepId: await findSweep(client, options.sweep) }
  return options.all ? { all: true } : null
}

function report(context: Context, runIds: readonly number[], whole: string | null, done: string): void {
  context.output.value({ runIds })
  if (!context.output.json)
    context.output.text(
      whole ??
        (runIds.length === 0 ? 'No run was in a state for that.' : `${runIds.length === 1 ? 'Run' : 'Runs'} ${runIds.join(', ')} ${done}.`),
    )
}
