import type { ReportBody } from './reporter.ts'

const heartbeatIntervalMs = 5_000
const progressIntervalMs = 500
/** Compiling a network for images of several times its size may take as long as reading a data set. */
const unknownQuietMs = 600_000

/** Tells the engine that a worker lives, and how long its next call may block. */
export class Heartbeat {
  readonly #send: (report: ReportBody) => void
  #lastAt = -Infinity

  constructor(send: (report: ReportBody) => void) {
    this.#send = send
  }

  /** Sends a heartbeat where one is due, and lets messages in. @param expectedMs how long the next call may block; 0 when unknown */
  async letMessagesIn(expectedMs: number): Promise<void> {
    const now = performance.now()
    if (now - this.#lastAt >= heartbeatIntervalMs || expectedMs >= heartbeatIntervalMs) {
      this.#lastAt = now
      const quietMs = expectedMs === 0 ? unknownQuietMs : Math.max(60_000, expectedMs * 20)
      this.#send({ type: 'heartbeat', step: 0, rssBytes: process.memoryUsage.rss(), quietMs })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Decides which progress is told: about twice a second, the first and the last of each phase. */
export class ProgressTimer {
  #lastAt = -Infinity
  #lastPhase = ''

  isDue({ phase, done, total }: { readonly phase: string; readonly done: number; readonly total: number }): boolean {
    const now = performance.now()
    if (phase === this.#lastPhase && done !== total && now - this.#lastAt < progressIntervalMs) return false
    this.#lastAt = now
    this.#lastPhase = phase
    return true
  }
}
