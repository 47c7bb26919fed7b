import type { Command } from 'commander'
import { type AnalysisKind, analysisKinds, analysisNamed } from '../../common/analyses/analyses.ts'
import {
  type AnalysedCheckpoints,
  analysedSplits,
  type AnalysedSplit,
  type AnalysisRequest,
  readCheckpoints,
} from '../../common/analyses/analysis.ts'
import { tableOf } from '../../common/analyses/analysis-table.ts'
import { tableCsv } from '../../common/export/analysis-csv.ts'
import { optionFields, optionText, readOptionText } from '../../common/analyses/option-fields.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { analysesTable, analysisWords, resultText } from './analysis-words.ts'
import { collect, type Context, defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { followJobs } from './job-view.ts'
import { integer, oneOf } from './values.ts'

interface AnalyseOptions {
  readonly option?: string[]
  readonly checkpoint: AnalysedCheckpoints
  readonly split: AnalysedSplit
  readonly again?: boolean
  readonly csv?: boolean
  readonly wait: boolean
}

const runNumber = integer('the number of a run', 1, Number.MAX_SAFE_INTEGER)

export function registerAnalyse(program: Command): void {
  const configure = (command: Command) =>
    command
      .option('--option <name=value>', 'an option of the kind, see below; may be given several times', collect)
      .option(
        '--checkpoint <names>',
        'last, best, or the number of an epoch; 0: the weights that a run started from; several epochs (0,5,10) or every kept one (every)',
        readCheckpoint,
        'last',
      )
      .option('--split <name>', analysedSplits.join(', '), oneOf('split', analysedSplits), 'test')
      .option('--csv', 'print the result as CSV')
      .option('--again', 'analyse again what was analysed before')
      .option('--no-wait', 'queue the analysis and return')
      .addHelpText('after', kindsHelp)
  defineCommand<AnalyseOptions>(
    program,
    'analyse <kind> <runs...>',
    `look into trained networks: ${analysisKinds.join(', ')}; Ctrl-C leaves the analysis running`,
    configure,
    async (context, chosen, [kindName, ...args]) => {
      const kind = oneOf('kind of analysis', analysisKinds)(kindName!)
      if (chosen.csv && context.output.json) throw new SkiplabError('bad-input', 'Expected --csv or --json; got both.')
      const options = Object.fromEntries((chosen.option ?? []).map((text) => readOptionText(analysisNamed(kind), text)))
      const { checkpoint, split, again = false } = chosen
      await analyse(context, { kind, runIds: args.map(runNumber), options, checkpoint, split, again }, chosen)
    },
  )
}

async function analyse(context: Context, request: AnalysisRequest, { wait, csv }: Pick<AnalyseOptions, 'wait' | 'csv'>): Promise<void> {
  const { output } = context
  const { queued, names } = await withEngine(context, async (client) => ({
    queued: await client.call('analyses.queue', request),
    names: await namesOf(client, request.runIds),
  }))
  const { id: analysisId } = queued.analysis
  const [analysis = queued.analysis] = wait ? await followJobs(context, analysisWords(names), [analysisId]) : []
  if (analysis.state !== 'finished') {
    output.value({ type: 'end', analysis, reused: queued.reused, result: null })
    output.text(analysesTable([analysis]))
    if (wait) throw new CommandEnd(exitCodes.badOutcome)
    return
  }
  const details = await withEngine(context, (client) => client.call('analyses.get', { analysisId }))
  output.value({ type: 'end', ...details, reused: queued.reused })
  if (csv) process.stdout.write(tableCsv(tableOf(details, names)))
  else output.text(resultText(details, names))
}

/** Names of runs by number. */
export async function namesOf(client: EngineClient, runIds: readonly number[]): Promise<Map<number, string>> {
  return new Map(
    await Promise.all([...new Set(runIds)].map(async (runId) => [runId, (await client.call('runs.get', { runId })).name] as const)),
  )
}

function readCheckpoint(text: string): AnalysedCheckpoints {
  const read = readCheckpoints(text)
  if (read !== null) return read
  throw new SkiplabError('bad-input', `Expected a checkpoint as last, best, every, or numbers of epochs such as 0,5,10; got "${text}".`)
}

/** Kinds and their options, below the command's own. */
function kindsHelp(): string {
  return ['', ...analysisKinds.flatMap((kind) => ['', ...kindHelp(kind)])].join('\n')
}

function kindHelp(kind: AnalysisKind): string[] {
  const definition = analysisNamed(kind)
  const fields = optionFields(definition).map(({ name, words, default: usual, form }) => {
    const choices = form.kind === 'choice' ? ` (${form.choices.join(', ')})` : ''
    return `  ${name}=${optionText(usual)}${choices}: ${words}`
  })
  return [`${kind}: ${definition.words}`, ...fields]
}
