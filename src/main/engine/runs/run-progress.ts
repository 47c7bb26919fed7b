import type { RunProgress, RunSummary } from '../../../common/records/records.ts'
import type { WorkerReport } from '../../../common/rpc/worker-protocol.ts'
import { workImages } from '../../../common/sweep/forecast.ts'

/** Takes a run's progress from its worker's report. */
export function progressOf(
  report: Extract<WorkerReport, { type: 'progress' }>,
): Omit<RunProgress, 'runId' | 'totalSteps' | 'remainingMs' | 'memoryBytes'> {
  const { epoch, step, loss, trainError, learningRate, imagesPerSecond, phase } = report
  return { epoch, step, loss, trainError, learningRate, imagesPerSecond, phase }
}

/** Makes the progress of a run whose worker has not reported yet. */
export function noProgress(run: RunSummary): RunProgress {
  return {
    runId: run.id,
    epoch: 0,
    step: 0,
    totalSteps: run.totalSteps,
    loss: null,
    trainError: null,
    learningRate: run.settings.recipe.learningRate,
    imagesPerSecond: null,
    phase: 'starting',
    remainingMs: null,
    memoryBytes: null,
  }
}

/** Computes the milliseconds until a run is done at a speed of training, evaluation included. */
export function remainingMs(
  run: Pick<RunSummary, 'totalSteps' | 'totalEpochs' | 'settings'>,
  progress: { step: number; epoch: number; imagesPerSecond: number | null },
  evaluationImages: number,
): number | null {
  const { step, epoch, imagesPerSecond } = progress
  if (imagesPerSecond === null || imagesPerSecond <= 0) return null
  const left = { steps: Math.max(0, run.totalSteps - step), epochs: Math.max(0, run.totalEpochs - epoch + 1) }
  return (workImages(left, run.settings.recipe.batchSize, evaluationImages) * 1000) / imagesPerSecond
}

/** Multiply-adds of a step. */
export function stepWorkOf(run: RunSummary): number {
  return run.multiplyAdds * run.settings.recipe.batchSize
}
