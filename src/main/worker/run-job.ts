import type { WorkerStart } from '../../common/rpc/worker-protocol.ts'
import { settingsHashOf } from './checkpoint/settings-hash.ts'
import { createBackend } from './create-backend.ts'
import type { StopRequest, TrainingOutcome } from './jobs/train/observer.ts'
import { train } from './jobs/train/train.ts'
import { Reporter, type ReportBody } from './reporter.ts'

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
