import { ensembleGain } from '../../common/evaluation/ensemble-gain.ts'
import type { Evaluation } from '../../common/evaluation/evaluation.ts'
import { pointsOf } from '../../common/analysis/error-words.ts'
import { formatPercent, printable } from './format.ts'
import { type Column, table } from './table.ts'

/** The table that `evaluate` and `evaluations` share: a row an evaluation. @param names of runs by number */
export function evaluationTable(evaluations: readonly Evaluation[], names: ReadonlyMap<number, string>): string {
  const hasTopFive = evaluations.some(({ results }) => results?.topFiveError !== undefined)
  const columns: Column[] = [
    { title: 'evaluation', align: 'right' },
    { title: 'of' },
    { title: 'checkpoint' },
    { title: 'split' },
    { title: 'protocol' },
    { title: 'BN statistics' },
    { title: 'state' },
    { title: 'top-1 error', align: 'right' },
    ...(hasTopFive ? [{ title: 'top-5 error', align: 'right' } as const] : []),
    { title: 'loss', align: 'right' },
  ]
  const rows = evaluations.map((evaluation) => [
    String(evaluation.id),
    ofWords(evaluation, names),
    evaluation.epoch ? `${evaluation.checkpoint} (${evaluation.epoch})` : evaluation.checkpoint,
    evaluation.split,
    evaluation.protocol,
    evaluation.batchStatistics,
    evaluation.state,
    formatPercent(evaluation.results?.topOneError),
    ...(hasTopFive ? [formatPercent(evaluation.results?.topFiveError)] : []),
    evaluation.results?.loss.toFixed(4) ?? '–',
  ])
  return [table(columns, rows), ...remarks(evaluations)].join('\n')
}

/** "run 3, residual-20 A, seed 1"; "ensemble of 3, 4, 5". */
export function ofWords({ runIds }: Pick<Evaluation, 'runIds'>, names: ReadonlyMap<number, string>): string {
  if (runIds.length > 1) return `ensemble of ${runIds.join(', ')}`
  const name = names.get(runIds[0]!)
  return `run ${runIds[0]}${name === undefined ? '' : `, ${printable(name)}`}`
}

/** What the ensembles gain, and why evaluations failed. */
function remarks(evaluations: readonly Evaluation[]): string[] {
  const said = evaluations.flatMap((evaluation) => {
    const gain = ensembleGain(evaluation, evaluations)
    const gains = gain && [gainWords(gain.overMean, 'the mean of its runs'), gainWords(gain.overBest, 'the best of them')]
    if (gains) return `Ensemble ${evaluation.id}: ${gains.join(', ')}.`
    return evaluation.state === 'failed' ? `Evaluation ${evaluation.id} failed: ${printable(evaluation.reason ?? 'unknown')}` : []
  })
  return said.length > 0 ? ['', ...said] : []
}

function gainWords(gain: number, than: string): string {
  if (pointsOf(gain).replace('-', '') === '0.00') return `as good as ${than}`
  return `${pointsOf(Math.abs(gain))} points ${gain > 0 ? 'better' : 'worse'} than ${than}`
}
