import type { Command } from 'commander'
import type { Removed } from '../../common/rpc/call.ts'
import { runNameSchema } from '../../common/rpc/run-name.ts'
import { SkiplabError } from '../../common/failure.ts'
import { sweepFileSchema } from '../../common/sweep/sweep.ts'
import { defineCommand, type Context } from './command.ts'
import { withEngine } from './connect.ts'
import { formatBytes, formatTime, printable } from './format.ts'
import { findSweep } from './run-filter.ts'
import { integer } from './values.ts'

const runNumber = integer('the number of a run', 1, Number.MAX_SAFE_INTEGER)
const sweepNumber = integer('the number of a sweep', 1, Number.MAX_SAFE_INTEGER)
const plain = (command: Command): Command => command

/** Registers `runs rename`, `runs remove` and `runs restore`. */
export function registerRunRemoval(runs: Command): void {
  defineCommand(runs, 'rename <run> <name>', 'give a run another name', plain, async (context, _options, args) => {
    const runId = runNumber(args[0]!)
    const name = readName(runNameSchema, args[1]!)
    await withEngine(context, (client) => client.call('runs.rename', { runId, name }))
    context.output.value({ runId, name })
    context.output.text(`Run ${runId} is "${printable(name)}" now.`)
  })

  defineCommand(
    runs,
    'remove <runs...>',
    'remove ended runs with their curves, checkpoints and logs; they can be restored for ten minutes',
    plain,
    async (context, _options, args) => {
      const runIds = args.map(runNumber)
      const removed = await withEngine(context, (client) => client.call('runs.remove', { runIds }))
      report(
        context,
        removed,
        `${removed.runIds.length === 1 ? 'Run' : 'Runs'} ${removed.runIds.join(', ')}`,
        `runs restore ${removed.runIds.join(' ')}`,
      )
    },
  )

  defineCommand(runs, 'restore <runs...>', 'bring back runs that were removed a moment ago', plain, async (context, _options, args) => {
    const runIds = args.map(runNumber)
    const restored = await withEngine(context, (client) => client.call('runs.restore', { runIds }))
    context.output.value(restored)
    context.output.text(`${restored.runIds.length === 1 ? 'Run' : 'Runs'} ${restored.runIds.join(', ')} restored.`)
  })
}

/** Registers `sweep rename`, `sweep remove` and `sweep restore`. */
export function registerSweepRemoval(sweep: Command): void {
  defineCommand(sweep, 'rename <sweep> <name>', 'give a sweep another name', plain, async (context, _options, args) => {
    const name = readName(sweepFileSchema.shape.name, args[1]!)
    const sweepId = await withEngine(context, async (client) => {
      const id = await findSweep(client, args[0]!)
      await client.call('sweeps.rename', { sweepId: id, name })
      return id
    })
    context.output.value({ sweepId, name })
    context.output.text(`Sweep ${sweepId} is "${printable(name)}" now.`)
  })

  const withRuns = (command: Command): Command => command.option('--runs', 'its runs too, but for those that belong to another sweep')
  defineCommand<{ readonly runs?: boolean }>(
    sweep,
    'remove <sweep>',
    'remove a sweep; its runs stay unless --runs says otherwise',
    withRuns,
    async (context, options, args) => {
      const { sweepId, removed } = await withEngine(context, async (client) => {
        const id = await findSweep(client, args[0]!)
        return { sweepId: id, removed: await client.call('sweeps.remove', { sweepId: id, runs: options.runs === true }) }
      })
      const { length } = removed.runIds
      report(
        context,
        removed,
        `Sweep ${sweepId}${length > 0 ? ` and ${length} ${length === 1 ? 'run' : 'runs'}` : ''}`,
        `sweep restore ${sweepId}`,
      )
    },
  )

  defineCommand(
    sweep,
    'restore <number>',
    'bring back a removed sweep, and the runs that went with it a moment ago',
    plain,
    async (context, _options, args) => {
      const sweepId = sweepNumber(args[0]!)
      const restored = await withEngine(context, (client) => client.call('sweeps.restore', { sweepId }))
      context.output.value({ sweepId, ...restored })
      const count = restored.runIds.length
      context.output.text(`Sweep ${sweepId} restored${count > 0 ? ` with ${count} ${count === 1 ? 'run' : 'runs'}` : ''}.`)
    },
  )
}

function report(context: Context, removed: Removed, what: string, undo: string): void {
  context.output.value(removed)
  const files = removed.runIds.length > 0 ? `; ${formatBytes(removed.bytes)} of files are deleted at ${formatTime(removed.purgeAt)}` : ''
  context.output.text(`${what} removed${files}. Bring back with: npx skiplab ${undo}`)
}

function readName(schema: typeof runNameSchema, text: string): string {
  const parsed = schema.safeParse(text)
  if (parsed.success) return parsed.data
  const kind = parsed.error.issues.some(({ code }) => code === 'invalid_format') ? ' without control characters' : ''
  throw new SkiplabError('bad-input', `Expected a name of 1 to 120 characters${kind}; got "${printable(text.slice(0, 150))}".`)
}
