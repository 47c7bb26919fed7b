import type { Evaluation, EvaluationProgress } from '../../common/evaluation/evaluation.ts'
import { ofWords } from './evaluation-table.ts'
import { formatDuration, formatPercent } from './format.ts'
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
