import { ensembleGain } from '../../common/evaluation/ensemble-gain.ts'
import type { Evaluation, EvaluationProgress } from '../../common/evaluation/evaluation.ts'
import { seedMeans } from '../../common/analysis/seed-means.ts'
import { mean, pointsOf } from '../../common/analysis/error-words.ts'
import { groupBySeed } from '../../common/analysis/seed-groups.ts'
import { labelOf } from '../../common/network/design.ts'
import { heldAgainst } from '../../common/paper/held-against.ts'
import { daggerWords } from '../../common/paper/overlay.ts'
import { publishedOfTest } from '../../common/paper/published-words.ts'
import type { RunSummary } from '../../common/records/records.ts'
import { evaluationWords, ofWords } from './evaluation-words.ts'
import { formatPercent, printable } from './format.ts'
import { stateWords } from './job-view.ts'
import { type Column, table } from './table.ts'

/**
 * The table that `evaluate` and `evaluations` share: a row an evaluation, below it means over seeds.
 * @param runs that were tested
 * @param progress of those that run
 */
export function evaluationTable(
  evaluations: readonly Evaluation[],
  runs: readonly RunSummary[],
  progress: readonly EvaluationProgress[] = [],
): string {
  const known = new Map(progress.map((each) => [each.evaluationId, each]))
  const names = new Map(runs.map(({ id, name }) => [id, name]))
  const hasTopFive = evaluations.some(({ results }) => results?.topFiveError !== undefined)
  const byId = new Map(runs.map((run) => [run.id, run]))
  const published = evaluations.map((evaluation) => {
    const run = evaluation.runIds.length === 1 ? byId.get(evaluation.runIds[0]!) : undefined
    return run ? publishedOfTest(heldAgainst([run], evaluations), evaluation) : null
  })
  const hasPublished = published.some((each) => each !== null)
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
    ...(hasPublished ? [{ title: 'published', align: 'right' } as const] : []),
    { title: 'loss', align: 'right' },
  ]
  const rows = evaluations.map((evaluation, index) => [
    String(evaluation.id),
    ofWords(evaluation, names),
    evaluation.epoch ? `${evaluation.checkpoint} (${evaluation.epoch})` : evaluation.checkpoint,
    evaluation.split,
    evaluation.protocol,
    evaluation.batchStatistics,
    stateWords(evaluation, evaluationWords(names), known),
    formatPercent(evaluation.results?.topOneError),
    ...(hasTopFive ? [formatPercent(evaluation.results?.topFiveError)] : []),
    ...(hasPublished ? [published[index]?.text ?? '–'] : []),
    evaluation.results?.loss.toFixed(4) ?? '–',
  ])
  const differs = daggerWords(published.flatMap((each) => each ?? []))
  return [table(columns, rows), ...(differs === null ? [] : ['', differs]), ...remarks(evaluations, runs)].join('\n')
}

/** Means over seeds, what the ensembles gain, and why evaluations failed. */
function remarks(evaluations: readonly Evaluation[], runs: readonly RunSummary[]): string[] {
  const said = evaluations.flatMap((evaluation) => {
    const gain = ensembleGain(evaluation, evaluations)
    const gains = gain && [gainWords(gain.overMean, 'the mean of its runs'), gainWords(gain.overBest, 'the best of them')]
    if (gains) return `Ensemble ${evaluation.id}: ${gains.join(', ')}.`
    return evaluation.state === 'failed' ? `Evaluation ${evaluation.id} failed: ${printable(evaluation.reason ?? 'unknown')}` : []
  })
  const all = [...seedWords(evaluations, runs), ...said]
  return all.length > 0 ? ['', ...all] : []
}

/** "residual-20 A (runs 3, 4, 5), 10-crop, last checkpoint, test: 8.12 ± 0.20 %." */
function seedWords(evaluations: readonly Evaluation[], runs: readonly RunSummary[]): string[] {
  const networks = new Map(
    groupBySeed(runs).flatMap(({ runs: own }) => {
      const label = `${labelOf(own[0]!.settings.network)} (runs ${own.map(({ id }) => id).join(', ')})`
      return own.map(({ id }) => [id, label] as const)
    }),
  )
  const terms = ({ protocol, checkpoint, split, batchStatistics }: Evaluation): string =>
    [protocol, `${checkpoint} checkpoint`, split, ...(batchStatistics === 'moving' ? [] : [`BN statistics ${batchStatistics}`])].join(', ')
  const single = evaluations.filter(({ runIds }) => runIds.length === 1)
  return [...new Set(single.map(terms))].flatMap((each) => {
    // Later ones of the same run take the place of earlier ones.
    const newest = new Map(single.filter((one) => terms(one) === each).map((one) => [one.runIds[0]!, one]))
    return seedMeans([...newest.values()], networks).map(({ network, error }) => `${network}, ${each}: ${mean(error)}.`)
  })
}

function gainWords(gain: number, than: string): string {
  if (pointsOf(gain).replace('-', '') === '0.00') return `as good as ${than}`
  return `${pointsOf(Math.abs(gain))} points ${gain > 0 ? 'better' : 'worse'} than ${than}`
}
