import type { RunSummary } from '../../common/rpc/records.ts'
import type { WorkerReport } from '../../common/rpc/worker-protocol.ts'
import type { Store } from '../store/store.ts'
import type { Announcements, Journal } from './journal.ts'

type Report<T extends WorkerReport['type']> = Extract<WorkerReport, { type: T }>
type Recorded = Report<'started' | 'steps' | 'epoch' | 'checkpoint' | 'checkpoint-rejected' | 'log'>

/** Writes down what one attempt of a run reports. Words of an attempt that no longer holds the lease are dropped inside the transaction. */
export class AttemptRecorder {
  readonly #store: Store
  readonly #journal: Journal
  readonly #run: RunSummary
  readonly #attempt: number
  #epochsRecorded = 0
  /** A checkpoint of an epoch's end whose metrics have not come yet. */
  #early: Report<'checkpoint'> | null = null

  constructor({ store, journal }: { store: Store; journal: Journal }, run: RunSummary, attempt: number) {
    this.#store = store
    this.#journal = journal
    this.#run = run
    this.#attempt = attempt
  }

  record(report: Recorded): void {
    switch (report.type) {
      case 'started':
        this.#epochsRecorded = report.resumedFromEpoch
        this.#journal.commitOrWait(this.#fenced((announce) => this.#started(report, announce)))
        return
      case 'steps':
        this.#journal.append(
          this.#fenced((announce) => {
            this.#store.metrics.insertSteps(report.runId, report.samples)
            announce.publish('run.steps', { runId: report.runId, samples: report.samples })
          }),
        )
        return
      case 'epoch':
        this.#recordEpoch(report)
        return
      case 'checkpoint':
        // Whoever resumes from it does not report that epoch again: both are stored, or neither.
        if (report.checkpoint.epoch > this.#epochsRecorded) this.#early = report
        else this.#journal.commitOrWait(this.#fenced((announce) => this.#checkpoint(report, announce)))
        return
      case 'checkpoint-rejected':
        this.#journal.commitOrWait(
          this.#fenced((announce) => {
            this.#store.checkpoints.reject(report.runId, report.file, report.reason)
            announce.event(report.runId, 'warning', 'checkpoint-rejected', `${report.file}: ${report.reason}`)
          }),
        )
        return
      case 'log':
        this.#journal.append(this.#fenced((announce) => announce.event(report.runId, report.level, 'log', report.message)))
    }
  }

  #fenced(write: (announce: Announcements) => void): (announce: Announcements) => void {
    return (announce) => {
      if (this.#store.attempts.holds(this.#run.id, this.#attempt)) write(announce)
    }
  }

  #started(report: Report<'started'>, announce: Announcements): void {
    const { runId, resumedFromStep, resumedFromEpoch } = report
    this.#store.attempts.started(runId, this.#attempt, report)
    this.#store.metrics.deleteAfter(runId, resumedFromStep, resumedFromEpoch)
    this.#store.checkpoints.deleteAfter(runId, resumedFromStep, resumedFromEpoch)
    if (resumedFromStep > 0) announce.event(runId, 'info', 'resumed', `goes on after step ${resumedFromStep} (epoch ${resumedFromEpoch})`)
    announce.changed(runId)
  }

  #recordEpoch(report: Report<'epoch'>): void {
    const checkpoint = this.#early
    this.#early = null
    this.#epochsRecorded = report.record.epoch
    const write = this.#fenced((announce) => {
      const { runId, record, layerStatistics } = report
      this.#store.metrics.insertEpoch(runId, record, layerStatistics)
      const { device } = this.#store.runs.get(runId)
      if (device && record.imagesPerSecond > 0) this.#store.speeds.record(device, this.#run.multiplyAdds, record.imagesPerSecond, Date.now())
      if (checkpoint) this.#checkpoint(checkpoint, announce)
      announce.publish('run.epoch', { runId, epoch: record, layerStatistics })
      announce.changed(runId)
    })
    if (checkpoint) this.#journal.commitOrWait(write)
    else this.#journal.append(write)
  }

  #checkpoint({ runId, checkpoint, removed }: Report<'checkpoint'>, announce: Announcements): void {
    this.#store.checkpoints.insert(runId, this.#attempt, checkpoint, removed, Date.now())
    // Progress: earlier failures count no more.
    this.#store.runs.change(runId, { failures: 0 })
    announce.event(runId, 'info', 'checkpoint', `checkpoint after step ${checkpoint.step} (epoch ${checkpoint.epoch})`)
  }
}
