import type { ScoringObserver, ScoringProgress } from './jobs/evaluate/observer.ts'
import { Heartbeat, ProgressTimer } from './heartbeat.ts'
import type { ReportBody } from './reporter.ts'

/** Turns what an evaluation tells into reports: rare enough not to slow it, often enough to watch it. */
export class ScoringReporter implements ScoringObserver {
  readonly #send: (report: ReportBody) => void
  readonly #isStopped: () => boolean
  readonly #heartbeat: Heartbeat
  readonly #timer = new ProgressTimer()

  constructor(send: (report: ReportBody) => void, isStopped: () => boolean) {
    this.#send = send
    this.#isStopped = isStopped
    this.#heartbeat = new Heartbeat(send)
  }

  progress(progress: ScoringProgress): void {
    if (this.#timer.isDue(progress)) this.#send({ type: 'evaluating', ...progress })
  }

  async mayGoOn(expectedMs: number): Promise<boolean> {
    await this.#heartbeat.letMessagesIn(expectedMs)
    return !this.#isStopped()
  }
}
