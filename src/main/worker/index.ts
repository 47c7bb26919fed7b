import { text } from 'node:stream/consumers'
import { SkiplabError } from '../../common/failure.ts'
import { fileTrouble, systemCode } from '../../common/file-trouble.ts'
import type { Failure } from '../../common/rpc/page-bridge.ts'
import { propagationJobSchema } from '../../common/rpc/propagation-job.ts'
import { weightsJobSchema } from '../../common/rpc/weights-export.ts'
import { workerCommandSchema, type WorkerStart } from '../../common/rpc/worker-protocol.ts'
import { createBackend, createPropagationBackend } from './create-backend.ts'
import { failureOf } from './failure-of.ts'
import { exportWeights } from './jobs/export-weights.ts'
import { propagateOnce } from './jobs/propagation/propagate-once.ts'
import { runSpeedTest } from './jobs/speed-test.ts'
import type { StopRequest } from './jobs/train/observer.ts'
import type { ReportBody } from './reporter.ts'
import { runJob } from './run-job.ts'

/** The worker process: one job, from `start` to its last report. Talks to the engine over the fork's channel only. */

/** Stop requests from the mildest to the strictest. */
const stopRequests: readonly StopRequest[] = ['none', 'stop-after-epoch', 'stop']

function main(): void {
  if (!process.send) {
    process.stderr.write('The worker is started by the engine and speaks over its channel; start runs with "skiplab sweep run".\n')
    process.exit(2)
  }
  let stopRequest: StopRequest = 'none'
  /** A request only gets stricter: whoever asked first to stop now is not kept waiting by whoever can wait for the epoch. */
  const requestStop = (request: StopRequest) => {
    if (stopRequests.indexOf(request) > stopRequests.indexOf(stopRequest)) stopRequest = request
  }
  let begun = false
  process.on('SIGINT', () => undefined) // Ctrl-C reaches the whole group; the engine decides
  process.on('SIGTERM', () => requestStop('stop'))
  process.on('disconnect', () => process.exit(0)) // the engine is gone, and another may start this run again
  process.on('message', (message) => {
    const command = workerCommandSchema.safeParse(message)
    if (!command.success) {
      process.stderr.write(`Unknown command: ${command.error.message}\n`)
    } else if (command.data.type !== 'start') {
      requestStop(command.data.type)
    } else if (!begun) {
      begun = true
      void work(command.data, () => stopRequest)
    }
  })
}

async function work(start: WorkerStart, stopRequest: () => StopRequest): Promise<void> {
  const { runId, attempt } = start
  const send = (report: ReportBody, sent?: () => void) =>
    process.connected && process.send!({ ...report, runId, attempt }, undefined, {}, sent)
  const last = await runJob(start, send, stopRequest).catch((error: unknown): ReportBody => ({ type: 'failed', ...failureOf(error) }))
  // Leave only when the last report is out: an exit at once would drop it.
  send(last, () => process.exit(0))
}

/** A failure in words. @param lost "The weights could not be written" */
function failureAs(lost: string, error: unknown): Failure {
  if (error instanceof SkiplabError) return { code: error.code, message: error.message }
  const trouble = systemCode(error) === null ? failureOf(error).reason : fileTrouble(error)
  return { code: 'unavailable', message: `${lost}: ${trouble}.` }
}

/** Reads a job from standard input, and answers with one line. */
async function answerOnce(lost: string, work: (job: unknown) => Promise<object>): Promise<void> {
  const answer = await text(process.stdin)
    .then((job) => work(JSON.parse(job)))
    .catch((error: unknown) => ({ failure: failureAs(lost, error) }))
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

// `worker.cjs export-weights` is what an export of weights starts, `worker.cjs propagation` what a look at a design does, and `worker.cjs
// speed-test PRECISION` what the doctor does.
if (process.argv[2] === 'export-weights') {
  void answerOnce('The weights could not be written', (job) => exportWeights(weightsJobSchema.parse(job)))
} else if (process.argv[2] === 'propagation') {
  const backends = { createBackend, createPropagationBackend }
  void answerOnce('Signal and gradient could not be sent through the network', (job) =>
    propagateOnce(propagationJobSchema.parse(job), backends),
  )
} else if (process.argv[2] === 'speed-test') {
  const result = runSpeedTest(createBackend, process.argv[3] === 'bf16' ? 'bf16' : 'fp32')
  process.stdout.write(`${JSON.stringify(result)}\n`)
} else {
  main()
}
