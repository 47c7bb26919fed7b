import type { EngineStatus } from './records.ts'

/** What is in a slot: "run 3", "evaluation 5", "free". */
export function slotWords({ runId, evaluationId }: Pick<EngineStatus['slots'][number], 'runId' | 'evaluationId'>): string {
  if (runId !== null) return `run ${runId}`
  return evaluationId === null ? 'free' : `evaluation ${evaluationId}`
}
