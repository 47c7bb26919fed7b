import type { Command } from 'commander'
import { ensembleGain } from '../../common/evaluation/ensemble-gain.ts'
import { type EvaluationRequest, testSplits, type TestSplit } from '../../common/evaluation/evaluation.ts'
import {
  batchStatistics,
  type BatchStatistics,
  batchStatisticsSchema,
  type TestProtocol,
  testProtocols,
} from '../../common/results/protocols.ts'
import { type ResultCheckpoint, resultCheckpoints } from '../../common/results/result-row.ts'
import { type Context, defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { evaluationTable } from './evaluation-table.ts'
import { evaluationWords } from './evaluation-words.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { followJobs } from './job-view.ts'
import { integer, listOf, oneOf } from './values.ts'

interface EvaluateOptions {
  readonly protocol: TestProtocol[]
  readonly checkpoint: ResultCheckpoint
  readonly split: TestSplit
  readonly batchStatistics: BatchStatistics
  readonly ensemble?: boolean
  readonly again?: boolean
  readonly wait: boolean
}

const statistics = Object.keys(batchStatistics).join(' or ')

export function registerEvaluate(program: Command): void {
  const configure = (command: Command) =>
    command
      .option('--protocol <names>', testProtocols.join(','), listOf(oneOf('protocol', testProtocols)), ['single-view'])
      .option(
        '--checkpoint <name>',
        `${resultCheckpoints.join(' or ')} (best: lowest validation error)`,
        oneOf('checkpoint', resultCheckpoints),
        'last',
      )
      .option('--split <name>', testSplits.join(' or '), oneOf('split', testSplits), 'test')
      .option(
        '--batch-statistics <name>',
        `what BN takes: ${statistics}`,
        oneOf('batch statistics', batchStatisticsSchema.options),
        'moving',
      )
      .option('--ensemble', 'the runs together, too: their scores averaged')
      .option('--again', 'test again what was tested before')
      .option('--no-wait', 'queue the evaluations and return')
  defineCommand<EvaluateOptions>(
    program,
    'evaluate <runs...>',
    'test runs: 10-crop, multi-scale, other BN statistics, ensembles; Ctrl-C leaves evaluations running',
    configure,
    async (context, { protocol, checkpoint, split, batchStatistics, ensemble, again, wait }, args) => {
      const runIds = args.map(integer('the number of a run', 1, Number.MAX_SAFE_INTEGER))
      const request = {
        runIds,
        protocols: protocol,
        checkpoint,
        split,
        batchStatistics,
        ensemble: ensemble ?? false,
        again: again ?? false,
      }
      await evaluate(context, request, wait)
    },
  )
}

async function evaluate(context: Context, request: EvaluationRequest, wait: boolean): Promise<void> {
  const { output } = context
  const { queued, runs } = await withEngine(context, async (client) => ({
    queued: await client.call('evaluations.queue', request),
    runs: await Promise.all([...new Set(request.runIds)].map((runId) => client.call('runs.get', { runId }))),
  }))
  const names = new Map(runs.map(({ id, name }) => [id, name]))
  const ids = queued.evaluations.map(({ id }) => id)
  const evaluations = wait ? await followJobs(context, evaluationWords(names), ids) : queued.evaluations
  const gains = evaluations.flatMap((evaluation) => {
    const gain = ensembleGain(evaluation, evaluations)
    return gain ? [{ evaluationId: evaluation.id, ...gain }] : []
  })
  output.value({ type: 'end', evaluations, reusedIds: queued.reusedIds, gains })
  output.text(evaluationTable(evaluations, runs))
  if (wait && evaluations.some(({ state }) => state !== 'finished')) throw new CommandEnd(exitCodes.badOutcome)
}
