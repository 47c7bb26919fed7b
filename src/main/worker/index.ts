import { messageOf } from '../../common/caught.ts'
import { workerCommandSchema, type WorkerReport, type WorkerStart } from '../../common/rpc/worker-protocol.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { StepSample } from '../../common/records/records.ts'
import { DeviceUnavailable } from './backend/tensorflow/graph/device.ts'
import { nativeKernels } from './backend/tensorflow/kernels/native-kernels.ts'
import { nativeBinding } from './backend/tensorflow/graph/session.ts'
import { settingsHashOf } from './checkpoint/settings-hash.ts'
import { runSpeedTest } from './jobs/speed-test.ts'
import { train, type Progress, type TrainingObserver, type TrainingOutcome, type Wish } from './jobs/train.ts'

/** The worker process: one run, from `start` to its last report. Talks to the engine over the fork's channel only. */

type Message = WorkerReport extends infer R ? (R extends WorkerReport ? Omit<R, 'runId' | 'attempt'> : never) : never

/** From the mildest to the strictest. */
const wishes: readonly Wish[] = ['go-on', 'stop-after-epoch', 'stop']

const heartbeatIntervalMs = 5_000
const progressIntervalMs = 500

function main(): void {
  if (!process.send) {
    process.stderr.write('The worker is started by the engine and speaks over its channel; start runs with "skiplab sweep run".\n')
    process.exit(2)
  }
  let wish: Wish = 'go-on'
  /** A wish only gets stricter: whoever asked first to stop now is not kept waiting by whoever can wait for the epoch. */
  const hear = (heard: Wish) => {
    if (wishes.indexOf(heard) > wishes.indexOf(wish)) wish = heard
  }
  let begun = false
  process.on('SIGINT', () => undefined) // Ctrl-C reaches the whole group; the engine decides
  process.on('SIGTERM', () => hear('stop'))
  process.on('disconnect', () => process.exit(0)) // the engine is gone, and another may start this run again
  process.on('message', (message) => {
    const command = workerCommandSchema.safeParse(message)
    if (!command.success) {
      process.stderr.write(`Unknown command: ${command.error.message}\n`)
    } else if (command.data.type !== 'start') {
      hear(command.data.type)
    } else if (!begun) {
      begun = true
      void work(command.data, () => wish)
    }
  })
}

async function work(start: WorkerStart, wish: () => Wish): Promise<void> {
  const { runId, attempt } = start
  const send = (message: Message, sent?: () => void) => process.connected && process.send!({ ...message, runId, attempt }, undefined, {}, sent)
  // Leave only when the last report is out: an exit at once would drop it.
  const leave = (last: Message) => send(last, () => process.exit(0))
  const observer = new Reporter(start, send, wish)
  try {
    const outcome = await train({ ...start, settingsHash: settingsHashOf(start.settings) }, observer)
    observer.flush()
    leave(lastReport(outcome))
  } catch (error) {
    observer.flush()
    leave({ type: 'failed', ...failureOf(error) })
  }
}

/** Turns the run's news into reports: rare enough not to slow training, often enough to watch it. */
class Reporter implements TrainingObserver {
  readonly #start: WorkerStart
  readonly #send: (message: Message) => void
  readonly #wish: () => Wish
  #samples: StepSample[] = []
  #lastProgressAt = 0
  #lastHeartbeatAt = 0
  #lastPhase = ''

  constructor(start: WorkerStart, send: (message: Message) => void, wish: () => Wish) {
    this.#start = start
    this.#send = send
    this.#wish = wish
  }

  started(details: Parameters<TrainingObserver['started']>[0]): void {
    const versions = { node: process.versions.node, libtensorflow: nativeBinding().TF_Version, kernels: nativeKernels()?.instructions ?? 'none', platform: `${process.platform}-${process.arch}` }
    this.#send({ type: 'started', device: this.#start.device, versions, ...details })
  }

  progress(progress: Progress): void {
    const now = performance.now()
    if (progress.phase === this.#lastPhase && now - this.#lastProgressAt < progressIntervalMs) return
    this.#lastProgressAt = now
    this.#lastPhase = progress.phase
    this.#send({ type: 'progress', ...progress })
    this.flush()
  }

  step(sample: StepSample): void {
    this.#samples.push(sample)
  }

  epoch(...[record, layerStatistics]: Parameters<TrainingObserver['epoch']>): void {
    this.flush()
    this.#send({ type: 'epoch', record, layerStatistics })
  }

  checkpoint(...[checkpoint, removed]: Parameters<TrainingObserver['checkpoint']>): void {
    this.flush()
    this.#send({ type: 'checkpoint', checkpoint, removed })
  }

  checkpointRejected(file: string, reason: string): void {
    this.#send({ type: 'checkpoint-rejected', file, reason })
  }

  async breathe(step: number, expectedMs: number): Promise<Wish> {
    const now = performance.now()
    if (now - this.#lastHeartbeatAt >= heartbeatIntervalMs || expectedMs >= heartbeatIntervalMs) {
      this.#lastHeartbeatAt = now
      // Before the first step its time is unknown; the deepest nets take minutes.
      this.#send({ type: 'heartbeat', step, rssBytes: process.memoryUsage.rss(), quietMs: expectedMs === 0 ? 600_000 : expectedMs * 4 })
    }
    await new Promise((resolve) => setImmediate(resolve))
    return this.#wish()
  }

  flush(): void {
    if (this.#samples.length === 0) return
    this.#send({ type: 'steps', samples: this.#samples })
    this.#samples = []
  }
}

function lastReport(outcome: TrainingOutcome): Message {
  switch (outcome.kind) {
    case 'finished':
      return { type: 'finished', step: outcome.step }
    case 'diverged':
      return { type: 'diverged', step: outcome.step, reason: outcome.reason }
    case 'stopped':
      return { type: 'stopped', step: outcome.step, epochElapsedMs: outcome.epochElapsedMs }
  }
}

function failureOf(error: unknown): { kind: Extract<WorkerReport, { type: 'failed' }>['kind']; reason: string } {
  const reason = messageOf(error)
  if (error instanceof SkiplabError) return { kind: 'data', reason }
  if (error instanceof DeviceUnavailable) return { kind: 'device', reason }
  if (/out of memory|OOM|bad_alloc|RESOURCE_EXHAUSTED|failed to allocate/i.test(reason)) return { kind: 'memory', reason: `Out of memory: ${reason}` }
  if (/ENOSPC|EDQUOT|no space left/i.test(reason)) return { kind: 'disk', reason: `No space left on the disk: ${reason}` }
  if (/CUDA|GPU/i.test(reason)) return { kind: 'device', reason }
  return { kind: 'program', reason }
}

// `worker.cjs speed-test PRECISION` is what the doctor starts.
if (process.argv[2] === 'speed-test') process.stdout.write(`${JSON.stringify(runSpeedTest(process.argv[3] === 'bf16' ? 'bf16' : 'fp32'))}\n`)
else main()
