import { answerQuestion, type QuestionAnswer } from '../../../common/question/answer.ts'
import type { Store } from '../../store/store.ts'

/** @returns null for a sweep that asks nothing @throws SkiplabError not-found */
export function sweepAnswer(store: Pick<Store, 'sweeps' | 'runs'>, sweepId: number): QuestionAnswer | null {
  store.sweeps.get(sweepId)
  const summary = store.sweeps.list().find(({ id }) => id === sweepId)
  if (!summary?.question) return null
  return answerQuestion(
    summary.question,
    summary.createdAt,
    summary.runIds.map((runId) => store.runs.get(runId)),
  )
}
