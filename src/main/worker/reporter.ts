import type { Device } from '../../common/device.ts'
import type { StepSample } from '../../common/records/records.ts'
import type { WorkerReport } from '../../common/rpc/worker-protocol.ts'
import type { Progress, StartDetails, StopRequest, TrainingObserver } from './jobs/train/observer.ts'

/** A report without its address: who sends it adds run and attempt. */
export type ReportBody = WorkerReport extends infer R ? (R extends WorkerReport ? Omit<R, 'runId' | 'attempt'> : never) : never

const heartbeatIntervalMs = 5_000
const progressIntervalMs = 500

/** Turns what a run tells into reports: rare enough not to slow training, often enough to watch it. */
export class Reporter implements TrainingObserver {
  readonly #device: Device
  readonly #send: (report: ReportBody) => void
  readonly #stopRequest: () => StopRequest
  #samples: StepSample[] = []
  #lastProgressAt = 0
  #lastHeartbeatAt = 0
  #lastPhase = ''

  constructor(device: Device, send: (report: ReportBody) => void, stopRequest: () => StopRequest) {
    this.#device = device
    this.#send = send
    this.#stopRequest = stopRequest
  }

  started(details: StartDetails): void {
    const versions = { node: process.versions.node, ...details.versions, platform: `${process.platform}-${process.arch}` }
    this.#send({ type: 'started', device: this.#device, ...details, versions })
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

  epoch(...[record, layerStatistics, confusion, dataWaitMs]: Parameters<TrainingObserver['epoch']>): void {
    this.flush()
    this.#send({ type: 'epoch', record, layerStatistics, confusion, dataWaitMs })
  }

  checkpoint(...[checkpoint, removed]: Parameters<TrainingObserver['checkpoint']>): void {
    this.flush()
    this.#send({ type: 'checkpoint', checkpoint, removed })
  }

  checkpointRejected(file: string, reason: string): void {
    this.#send({ type: 'checkpoint-rejected', file, reason })
  }

  async checkMessages(step: number, expectedMs: number): Promise<StopRequest> {
    const now = performance.now()
    if (now - this.#lastHeartbeatAt >= heartbeatIntervalMs || expectedMs >= heartbeatIntervalMs) {
      this.#lastHeartbeatAt = now
      // Before the first step its time is unknown; the deepest nets take minutes.
      this.#send({ type: 'heartbeat', step, rssBytes: process.memoryUsage.rss(), quietMs: expectedMs === 0 ? 600_000 : expectedMs * 4 })
    }
    await new Promise((resolve) => setImmediate(resolve))
    return this.#stopRequest()
  }

  /** Sends the step samples that were gathered. */
  flush(): void {
    if (this.#samples.length === 0) return
    this.#send({ type: 'steps', samples: this.#samples })
    this.#samples = []
  }
}
