import type { ScoringObserver, ScoringProgress } from './jobs/evaluate/observer.ts'
import type { ReportBody } from './reporter.ts'

const heartbeatIntervalMs = 5_000
const progressIntervalMs = 500
/** Compiling a network for images of several times its size may take as long as reading a data set. */
const unknownQuietMs = 600_000

/** Turns what an evaluation tells into reports: rare enough not to slow it, often enough to watch it. */
export class ScoringReporter implements ScoringObserver {
  readonly #send: (report: ReportBody) => void
  readonly #isStopped: () => boolean
  #lastProgressAt = -Infinity
  #lastHeartbeatAt = -Infinity
  #lastPhase = ''

  constructor(send: (report: ReportBody) => void, isStopped: () => boolean) {
    this.#send = send
    this.#isStopped = isStopped
  }

  progress(progress: ScoringProgress): void {
    const now = performance.now()
    const isLast = progress.done === progress.total
    if (progress.phase === this.#lastPhase && !isLast && now - this.#lastProgressAt < progressIntervalMs) return
    this.#lastProgressAt = now
    this.#lastPhase = progress.phase
    this.#send({ type: 'evaluating', ...progress })
  }

  async mayGoOn(expectedMs: number): Promise<boolean> {
    const now = performance.now()
    if (now - this.#lastHeartbeatAt >= heartbeatIntervalMs || expectedMs >= heartbeatIntervalMs) {
      this.#lastHeartbeatAt = now
      const quietMs = expectedMs === 0 ? unknownQuietMs : Math.max(60_000, expectedMs * 20)
      this.#send({ type: 'heartbeat', step: 0, rssBytes: process.memoryUsage.rss(), quietMs })
    }
    await new Promise((resolve) => setImmediate(resolve))
    return !this.#isStopped()
  }
}
