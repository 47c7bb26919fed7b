import type { Evaluation } from '../../../../common/evaluation/evaluation.ts'
import type { RunSummary } from '../../../../common/records/records.ts'
import type { BatchStatistics, TestProtocol } from '../../../../common/results/protocols.ts'
import type { ResultCheckpoint } from '../../../../common/results/result-row.ts'
import { plural } from '../../ui/format.ts'

type Terms = Pick<Evaluation, 'protocol' | 'checkpoint' | 'batchStatistics' | 'split'>

/** Short names for tables and buttons; `protocols` in common has each in a sentence. */
export const protocolNames: Readonly<Record<TestProtocol, string>> = {
  'single-view': 'Single view',
  'centre-crop': 'Centre crop',
  '10-crop': '10-crop',
  'multi-scale': 'Multi-scale',
}
export const checkpointNames: Readonly<Record<ResultCheckpoint, string>> = { last: 'Last', best: 'Best' }
export const statisticsNames: Readonly<Record<BatchStatistics, string>> = { moving: 'Moving averages', 'training-set': 'Training set' }

/** What was tested: a run's name, or how many runs as an ensemble. */
export function testedName({ runIds }: Pick<Evaluation, 'runIds'>, runs: ReadonlyMap<number, Pick<RunSummary, 'name'>>): string {
  if (runIds.length > 1) return `Ensemble of ${plural(runIds.length, 'run')}`
  return runs.get(runIds[0]!)?.name ?? `run ${runIds[0]!}`
}

/** Names an evaluation in a list: "10-crop, best checkpoint, training-set statistics, validation". What is usual is left out. */
export function termsText({ protocol, checkpoint, batchStatistics, split }: Terms): string {
  return [
    protocolNames[protocol],
    `${checkpoint} checkpoint`,
    ...(batchStatistics === 'moving' ? [] : ['training-set statistics']),
    ...(split === 'test' ? [] : [split]),
  ].join(', ')
}

/** Equal for evaluations that can stand beside each other in one column. */
export function termsKey({ protocol, checkpoint, batchStatistics, split }: Terms): string {
  return [protocol, checkpoint, batchStatistics, split].join(' ')
}
