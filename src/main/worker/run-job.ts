import type { WorkerStart } from '../../common/rpc/worker-protocol.ts'
import { settingsHashOf } from './checkpoint/settings-hash.ts'
import {
  createBackend,
  createGramBackend,
  createInputGradientBackend,
  createLayerBackend,
  createLesionBackend,
  createPathBackend,
  createPropagationBackend,
  createScoringBackend,
} from './create-backend.ts'
import { analyse } from './jobs/analyse/analyses.ts'
import { partialFile } from './jobs/analyse/partial-file.ts'
import { evaluateCheckpoint, type EvaluationInput } from './jobs/evaluate/evaluate-checkpoint.ts'
import { Stopped } from './jobs/evaluate/observer.ts'
import type { StopRequest, TrainingOutcome } from './jobs/train/observer.ts'
import { train } from './jobs/train/train.ts'
import { AnalysisReporter } from './analysis-reporter.ts'
import { Reporter, type ReportBody } from './reporter.ts'
import { ScoringReporter } from './scoring-reporter.ts'

const analysisBackends = {
  createScoringBackend,
  createLayerBackend,
  createGramBackend,
  createLesionBackend,
  createPathBackend,
  createPropagationBackend,
  createInputGradientBackend,
}

/** Does what the worker was started for. @returns the last report of the job; all others are sent before it */
export async function runJob(
  { job, device }: WorkerStart,
  send: (report: ReportBody) => void,
  stopRequest: () => StopRequest,
): Promise<ReportBody> {
  switch (job.kind) {
    case 'train': {
      const { kind: _kind, ...input } = job
      const reporter = new Reporter(device, send, stopRequest)
      try {
        return lastReport(await train({ ...input, device, settingsHash: settingsHashOf(job.settings) }, reporter, createBackend))
      } finally {
        reporter.flush()
      }
    }
    case 'evaluate': {
      const { kind: _kind, ...input } = job
      return evaluate({ ...input, device }, new ScoringReporter(send, () => stopRequest() === 'stop'))
    }
    case 'analyse': {
      const observer = new AnalysisReporter(send, () => stopRequest() === 'stop')
      const context = { observer, device, partial: partialFile(job.partialFile), ...analysisBackends }
      return orStopped(async () => ({ type: 'analysed', result: await analyse(job, context) }))
    }
  }
}

function evaluate(input: EvaluationInput, reporter: ScoringReporter): Promise<ReportBody> {
  return orStopped(async () => ({ type: 'evaluated', ...(await evaluateCheckpoint(input, reporter, createScoringBackend)) }))
}

/** Reports work that was left because it was asked to stop. */
async function orStopped(work: () => Promise<ReportBody>): Promise<ReportBody> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Stopped) return { type: 'stopped', step: 0, epochElapsedMs: 0 }
    throw error
  }
}

function lastReport(outcome: TrainingOutcome): ReportBody {
  switch (outcome.kind) {
    case 'finished':
      return { type: 'finished', step: outcome.step, reason: outcome.reason }
    case 'diverged':
      return { type: 'diverged', step: outcome.step, reason: outcome.reason }
    case 'stopped':
      return { type: 'stopped', step: outcome.step, epochElapsedMs: outcome.epochElapsedMs }
  }
}
