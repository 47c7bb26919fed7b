import type { Command } from 'commander'
import { type EvaluationState, evaluationStates } from '../../common/evaluation/evaluation.ts'
import { formatBytes } from '../../common/format-bytes.ts'
import { unpackRuns } from '../../common/rpc/run-list.ts'
import { defineCommand, defineDefaultCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { evaluationTable } from './evaluation-table.ts'
import { integer, listOf, oneOf } from './values.ts'

interface ListOptions {
  readonly run?: number[]
  readonly state?: EvaluationState[]
}

const runNumber = integer('the number of a run', 1, Number.MAX_SAFE_INTEGER)
const evaluationNumber = integer('the number of an evaluation', 1, Number.MAX_SAFE_INTEGER)

export function registerEvaluations(program: Command): void {
  const group = program.command('evaluations').description('list tests of runs; cancel and remove them')
  const filter = (command: Command) =>
    command
      .option('--run <runs>', 'those of these runs, alone or in an ensemble', listOf(runNumber))
      .option('--state <states>', evaluationStates.join(','), listOf(oneOf('state', evaluationStates)))
  defineDefaultCommand<ListOptions>(group, 'list', 'list tests of runs with their results', filter, async (context, { run, state }) => {
    const { evaluations, runs, evaluating } = await withEngine(context, async (client) => ({
      evaluations: await client.call('evaluations.list', { ...(run && { runIds: run }), ...(state && { states: state }) }),
      runs: unpackRuns(await client.call('runs.list', { limit: 100_000 })),
      evaluating: (await client.call('engine.status', {})).evaluating,
    }))
    context.output.value(evaluations)
    const none = 'Nothing was tested yet: npx skiplab evaluate RUN'
    if (!context.output.json) context.output.text(evaluations.length > 0 ? evaluationTable(evaluations, runs, evaluating) : none)
  })
  const numbers = (command: Command) => command.argument('<evaluations...>', 'numbers of evaluations')
  defineCommand(group, 'cancel', 'end waiting and running evaluations', numbers, async (context, _options, args) => {
    const evaluationIds = args.map(evaluationNumber)
    const cancelled = await withEngine(context, (client) => client.call('evaluations.cancel', { evaluationIds }))
    context.output.value(cancelled)
    if (!context.output.json) context.output.text(`Cancelled: ${cancelled.evaluationIds.join(', ')}.`)
  })
  defineCommand(group, 'remove', 'remove ended evaluations and their scores, for good', numbers, async (context, _options, args) => {
    const evaluationIds = args.map(evaluationNumber)
    const removed = await withEngine(context, (client) => client.call('evaluations.remove', { evaluationIds }))
    context.output.value(removed)
    if (!context.output.json) context.output.text(`Removed: ${removed.evaluationIds.join(', ')} (${formatBytes(removed.bytes)}).`)
  })
}
