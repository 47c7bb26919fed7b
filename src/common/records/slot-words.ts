import type { EngineStatus } from './records.ts'

/** What is in a slot: "run 3", "evaluation 5", "analysis 2", "free". */
export function slotWords({
  runId,
  evaluationId,
  analysisId,
}: Pick<EngineStatus['slots'][number], 'runId' | 'evaluationId' | 'analysisId'>): string {
  if (runId !== null) return `run ${runId}`
  if (evaluationId !== null) return `evaluation ${evaluationId}`
  return analysisId === null ? 'free' : `analysis ${analysisId}`
}
