import type { AnalysisObserver } from './jobs/analyse/analysis.ts'
import { Stopped } from './jobs/evaluate/observer.ts'
import { Heartbeat, ProgressTimer } from './heartbeat.ts'
import type { ReportBody } from './reporter.ts'

/** Turns what an analysis tells into reports, with the time that its phase still takes. */
export class AnalysisReporter implements AnalysisObserver {
  readonly #send: (report: ReportBody) => void
  readonly #isStopped: () => boolean
  readonly #heartbeat: Heartbeat
  readonly #timer = new ProgressTimer()
  #phase: { readonly name: string; readonly startedAt: number; readonly doneBefore: number } | null = null

  constructor(send: (report: ReportBody) => void, isStopped: () => boolean) {
    this.#send = send
    this.#isStopped = isStopped
    this.#heartbeat = new Heartbeat(send)
  }

  progress({ phase, done, total }: Parameters<AnalysisObserver['progress']>[0]): void {
    const now = performance.now()
    // What an earlier attempt did, and the first of a phase, which compiles, tell nothing of the speed.
    if (this.#phase?.name !== phase) this.#phase = { name: phase, startedAt: now, doneBefore: done }
    const { startedAt, doneBefore } = this.#phase
    const remainingMs = done > doneBefore ? ((now - startedAt) / (done - doneBefore)) * (total - done) : null
    if (this.#timer.isDue({ phase, done, total })) this.#send({ type: 'analysing', phase, done, total, remainingMs })
  }

  async mayGoOn(expectedMs: number): Promise<boolean> {
    await this.#heartbeat.letMessagesIn(expectedMs)
    if (this.#isStopped()) throw new Stopped()
    return true
  }
}
