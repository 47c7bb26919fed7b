import type { Command } from 'commander'
import { SkiplabError } from '../../common/failure.ts'
import { parseBytes } from '../../common/parse-bytes.ts'
import { diskKindWords } from '../../common/records/disk-words.ts'
import { type DiskChoice, diskKinds, type DiskPlan, type DiskUsage } from '../../common/records/disk.ts'
import { defineCommand, defineDefaultCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { formatBytes, formatInteger, formatTime, printable } from './format.ts'
import { table } from './table.ts'
import { listOf } from './values.ts'

interface FreeOptions {
  readonly thin?: boolean
  readonly purge?: boolean
  readonly unusedData?: boolean
  readonly data?: string[]
  readonly dryRun?: boolean
}

/** Rows of a list before the rest is summed up. */
const mostRows = 15
const plain = (command: Command): Command => command

/** Registers `disk`, `disk free` and `disk budget`. */
export function registerDisk(program: Command): void {
  const disk = program.command('disk').description('the room that the workspace takes')
  defineDefaultCommand(disk, 'usage', 'what takes how much, the largest first, and what can be brought back', plain, async (context) => {
    const usage = await withEngine(context, (client) => client.call('disk.usage', {}))
    context.output.value(usage)
    if (!context.output.json) context.output.text(usageText(usage, context.workspace))
  })

  const choice = (command: Command) =>
    command
      .option('--thin', 'of runs that are over, keep the last, the best and those checkpoints that their recipe keeps for good')
      .option('--purge', 'delete the files of removed runs now; they can no longer be brought back')
      .option('--unused-data', 'delete every data set that no run is trained on')
      .option('--data <names>', 'delete these data sets, if no run is trained on them', listOf(String))
      .option('--dry-run', 'only say what would be freed')
  defineCommand<FreeOptions>(
    disk,
    'free',
    'delete what was chosen, for good; with --dry-run only say what that is',
    choice,
    async (context, options) => {
      const { plan, freed } = await withEngine(context, async (client) => {
        const chosen = choiceOf(options, options.unusedData ? (await client.call('disk.usage', {})).datasets : [])
        const made = await client.call('disk.plan', { choice: chosen })
        const { planHash } = made
        return { plan: made, freed: options.dryRun ? null : await client.call('disk.free', { choice: chosen, planHash }) }
      })
      context.output.value({ plan, freed })
      if (!context.output.json) context.output.text(planText(plan))
      if (freed === null) {
        if (plan.files > 0) context.output.text('Nothing was deleted. Without --dry-run it is.')
        return
      }
      context.output.text(`${formatBytes(freed.bytes)} in ${files(freed.files)} freed.`)
      if (freed.problems.length === 0) return
      context.output.note(freed.problems.map(printable).join('\n'))
      throw new CommandEnd(exitCodes.badOutcome)
    },
  )

  defineCommand(
    disk,
    'budget <size>',
    'warn when the workspace takes more than this, such as 20G, or "none"; nothing is ever deleted because of it',
    plain,
    async (context, _options, [text = '']) => {
      const diskBudgetBytes = readBudget(text)
      const usage = await withEngine(context, async (client) => {
        await client.call('engine.configure', { diskBudgetBytes })
        return client.call('disk.usage', {})
      })
      context.output.value({ budgetBytes: diskBudgetBytes, usedBytes: usage.bytes })
      context.output.text(budgetText(usage))
    },
  )
}

function choiceOf(options: FreeOptions, known: DiskUsage['datasets']): DiskChoice {
  const { thin = false, purge = false, unusedData, data } = options
  if (!thin && !purge && !unusedData && !data)
    throw new SkiplabError('bad-input', 'Say what to free: --thin, --purge, --unused-data or --data NAMES; --dry-run only looks.')
  const unused = known.filter(({ runs }) => runs === 0).map(({ name }) => name)
  return { thin, purge, datasets: [...new Set([...unused, ...(data ?? [])])] }
}

function readBudget(text: string): number | null {
  if (text === 'none') return null
  const bytes = parseBytes(text)
  if (bytes === null || bytes < 1e6 || bytes > 1e15)
    throw new SkiplabError('bad-input', `Expected a size from 1M up, such as 20G or 500 MB, or none; got "${printable(text)}".`)
  return bytes
}

function usageText(usage: DiskUsage, workspace: string): string {
  const kinds = diskKinds.filter((kind) => usage.kinds[kind].files > 0)
  const largest = [
    ...usage.runs.map(({ runId, name, state, bytes }) => ({ what: `run ${runId}`, name: `${name} (${state})`, bytes })),
    ...usage.datasets.map(({ name, title, runs, bytes }) => ({
      what: `data ${name}`,
      name: `${title} (${runs === 0 ? 'no run' : runs === 1 ? '1 run' : `${runs} runs`})`,
      bytes,
    })),
  ].sort((a, b) => b.bytes - a.bytes)
  return [
    `${formatBytes(usage.bytes)} in ${workspace}; ${formatBytes(usage.freeBytes)} free on its disk. ${budgetText(usage)}`,
    table(
      [{ title: 'kind' }, { title: 'files', align: 'right' }, { title: 'size', align: 'right' }],
      kinds.map((kind) => [diskKindWords[kind], formatInteger(usage.kinds[kind].files), formatBytes(usage.kinds[kind].bytes)]),
    ),
    ...(largest.length > 0 ? [sized('largest', largest)] : []),
    ...(usage.removed.length > 0
      ? [
          table(
            [{ title: 'removed' }, { title: 'size', align: 'right' }, { title: 'deleted at' }, { title: 'bring back with' }],
            usage.removed.map(({ name, runIds, sweepId, bytes, purgeAt }) => [
              sweepId === null ? name : `${name} (sweep)`,
              formatBytes(bytes),
              formatTime(purgeAt),
              sweepId === null ? `skiplab runs restore ${runIds.join(' ')}` : `skiplab sweep restore ${sweepId}`,
            ]),
          ),
        ]
      : []),
  ].join('\n\n')
}

function planText({ parts, files: count, bytes, leftRunIds }: DiskPlan): string {
  const words = { thin: 'thinned to last and best', purge: 'removed before', weights: 'no run starts from them', dataset: 'data set' }
  const left =
    leftRunIds.length > 0
      ? [`Not thinned, because a checkpoint that would stay is missing or damaged: run ${leftRunIds.slice(0, mostRows).join(', ')}.`]
      : []
  if (parts.length === 0) return ['There is nothing to free.', ...left].join('\n')
  const rows = parts.map(({ kind, runId, name, bytes: size }) => ({
    what: runId === null ? name : `run ${runId}`,
    name: words[kind],
    bytes: size,
  }))
  return [sized('would be freed', rows), `${formatBytes(bytes)} in ${files(count)}.`, ...left].join('\n\n')
}

/** Lists the first rows, and how large the others are together. */
function sized(title: string, rows: readonly { readonly what: string; readonly name: string; readonly bytes: number }[]): string {
  const rest = rows.slice(mostRows)
  return table(
    [{ title }, { title: '' }, { title: 'size', align: 'right' }],
    [
      ...rows.slice(0, mostRows).map(({ what, name, bytes }) => [what, name, formatBytes(bytes)]),
      ...(rest.length > 0 ? [[`${rest.length} others`, '', formatBytes(rest.reduce((sum, { bytes }) => sum + bytes, 0))]] : []),
    ],
  )
}

function budgetText({ bytes, budgetBytes }: DiskUsage): string {
  if (budgetBytes === null) return 'There is no budget.'
  const over = bytes - budgetBytes
  return `The budget is ${formatBytes(budgetBytes)}: ${over > 0 ? `${formatBytes(over)} over it` : `${formatBytes(-over)} left of it`}.`
}

function files(count: number): string {
  return `${formatInteger(count)} ${count === 1 ? 'file' : 'files'}`
}
