import type { Command } from 'commander'
import { type AnalysisKind, analysisKinds } from '../../common/analyses/analyses.ts'
import type { AnalysisState } from '../../common/analyses/analysis.ts'
import { tableOf } from '../../common/analyses/analysis-table.ts'
import { tableCsv } from '../../common/export/analysis-csv.ts'
import { evaluationStates } from '../../common/evaluation/evaluation.ts'
import { SkiplabError } from '../../common/failure.ts'
import { namesOf } from './analyse.ts'
import { analysesTable, resultText } from './analysis-words.ts'
import { defineCommand, defineDefaultCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { registerExportAnalysis } from './export-analysis.ts'
import { integer, listOf, oneOf } from './values.ts'

interface ListOptions {
  readonly run?: number[]
  readonly kind?: AnalysisKind[]
  readonly state?: AnalysisState[]
}

const runNumber = integer('the number of a run', 1, Number.MAX_SAFE_INTEGER)
const analysisNumber = integer('the number of an analysis', 1, Number.MAX_SAFE_INTEGER)

export function registerAnalyses(program: Command): void {
  const group = program.command('analyses').description('list, show and export analyses; cancel and remove them')
  const filter = (command: Command) =>
    command
      .option('--run <runs>', 'those that look at one of these runs', listOf(runNumber))
      .option('--kind <kinds>', analysisKinds.join(','), listOf(oneOf('kind', analysisKinds)))
      .option('--state <states>', evaluationStates.join(','), listOf(oneOf('state', evaluationStates)))
  defineDefaultCommand<ListOptions>(group, 'list', 'list analyses', filter, async (context, { run, kind, state }) => {
    const asked = { ...(run && { runIds: run }), ...(kind && { kinds: kind }), ...(state && { states: state }) }
    const { analyses, analysing } = await withEngine(context, async (client) => ({
      analyses: await client.call('analyses.list', asked),
      analysing: (await client.call('engine.status', {})).analysing,
    }))
    context.output.value(analyses)
    const none = 'There is no analysis yet, or none of these: npx skiplab analyse KIND RUN'
    if (!context.output.json) context.output.text(analyses.length > 0 ? analysesTable(analyses, analysing) : none)
  })
  const csv = (command: Command) => command.option('--csv', 'print the result as CSV')
  defineCommand<{ csv?: boolean }>(group, 'show <analysis>', 'the result of a finished analysis', csv, async (context, chosen, [id]) => {
    const { details, names } = await withEngine(context, async (client) => {
      const found = await client.call('analyses.get', { analysisId: analysisNumber(id!) })
      return { details: found, names: await namesOf(client, found.analysis.runIds) }
    })
    context.output.value(details)
    const { state, reason } = details.analysis
    if (state !== 'finished' && !context.output.json)
      throw new SkiplabError('conflict', `Analysis ${id} is ${state}${reason === null ? '.' : `: ${reason}`}`)
    if (context.output.json) return
    if (chosen.csv) process.stdout.write(tableCsv(tableOf(details, names)))
    else context.output.text(resultText(details, names))
  })
  registerExportAnalysis(group)
  const numbers = (command: Command) => command.argument('<analyses...>', 'numbers of analyses')
  defineCommand(group, 'cancel', 'end waiting and running analyses', numbers, async (context, _options, args) => {
    const analysisIds = args.map(analysisNumber)
    const cancelled = await withEngine(context, (client) => client.call('analyses.cancel', { analysisIds }))
    context.output.value(cancelled)
    if (!context.output.json) context.output.text(`Cancelled: ${cancelled.analysisIds.join(', ')}.`)
  })
  defineCommand(group, 'remove', 'remove ended analyses and their results, for good', numbers, async (context, _options, args) => {
    const analysisIds = args.map(analysisNumber)
    const removed = await withEngine(context, (client) => client.call('analyses.remove', { analysisIds }))
    context.output.value(removed)
    if (!context.output.json) context.output.text(`Removed: ${removed.analysisIds.join(', ')}.`)
  })
}
