import type { Evaluation, EvaluationProgress } from '../../common/evaluation/evaluation.ts'
import { formatDuration, formatPercent, printable } from './format.ts'
import { type JobWords, shareDone } from './job-view.ts'

/** How evaluations are followed. @param names of runs by number */
export function evaluationWords(names: ReadonlyMap<number, string>): JobWords<Evaluation, EvaluationProgress> {
  return {
    plural: 'evaluations',
    idName: 'evaluationId',
    get: (client, evaluationId) => client.call('evaluations.get', { evaluationId }),
    onChange: (client, listener) => void client.on('evaluation.changed', listener),
    onProgress: (client, listener) => void client.on('evaluation.progress', (progress) => listener(progress.evaluationId, progress)),
    title: (evaluation) => `${ofWords(evaluation, names)}, ${evaluation.protocol}`,
    result: ({ results }) => `top-1 error ${formatPercent(results?.topOneError)}`,
    progressParts: (_evaluation, progress) => [
      progress?.phase === 'batch-statistics' ? 'batch statistics' : (progress?.phase ?? 'starting'),
      shareDone(progress),
      progress?.imagesPerSecond ? `${Math.round(progress.imagesPerSecond)} views/s` : '',
      progress?.remainingMs ? `${formatDuration(progress.remainingMs)} left` : '',
    ],
  }
}

/** "run 3, residual-20 A, seed 1"; "ensemble of 3, 4, 5". */
export function ofWords({ runIds }: Pick<Evaluation, 'runIds'>, names: ReadonlyMap<number, string>): string {
  if (runIds.length > 1) return `ensemble of ${runIds.join(', ')}`
  const name = names.get(runIds[0]!)
  return `run ${runIds[0]}${name === undefined ? '' : `, ${printable(name)}`}`
}
