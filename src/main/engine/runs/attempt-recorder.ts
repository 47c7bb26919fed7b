import { evaluationShare } from '../../../common/sweep/forecast.ts'
import { measuredAt } from '../../../common/places/device-at.ts'
import { mixedArithmeticText } from '../../../common/records/arithmetic.ts'
import type { EpochRecord, RunSummary } from '../../../common/records/records.ts'
import type { WorkerReport } from '../../../common/rpc/worker-protocol.ts'
import type { Store } from '../../store/store.ts'
import type { Announcements, Journal } from '../journal/journal.ts'

type Report<T extends WorkerReport['type']> = Extract<WorkerReport, { type: T }>
type Recorded = Report<'started' | 'steps' | 'epoch' | 'checkpoint' | 'checkpoint-rejected'>

/** Stores what one attempt of a run reports. Reports of an attempt that no longer holds the lease are dropped inside the transaction. */
export class AttemptRecorder {
  readonly #store: Store
  readonly #journal: Journal
  readonly #run: RunSummary
  readonly #attempt: number
  readonly #place: string | undefined
  #offset: number | null = null
  #epochsRecorded = 0
  /** Whether the attempt began at the run's beginning and so shows what a whole run takes. */
  #whole = false
  readonly #epochMs: number[] = []
  /** Checkpoint of an epoch's end whose metrics have not arrived yet. */
  #early: Report<'checkpoint'> | null = null

  /**
   * @param place where the attempt runs; undefined: on this machine
   * @param going whether it goes on where an earlier engine stopped recording
   */
  constructor(
    { store, journal }: { store: Store; journal: Journal },
    run: RunSummary,
    attempt: number,
    { place, going = false }: { place?: string | undefined; going?: boolean } = {},
  ) {
    this.#store = store
    this.#journal = journal
    this.#run = run
    this.#attempt = attempt
    this.#place = place
    if (going) this.#epochsRecorded = run.lastEpoch?.epoch ?? 0
  }

  /** @param offset of a job's file of events, stored together with the report; null for a worker of this machine */
  record(report: Recorded, offset: number | null = null): void {
    this.#offset = offset
    switch (report.type) {
      case 'started':
        this.#epochsRecorded = report.resumedFromEpoch
        this.#whole = report.resumedFromStep === 0
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
        // A run that resumes from it does not report that epoch again: both are stored, or neither.
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
    }
  }

  #fenced(write: (announce: Announcements) => void): (announce: Announcements) => void {
    const offset = this.#offset
    return (announce) => {
      if (!this.#store.attempts.holds(this.#run.id, this.#attempt)) return
      write(announce)
      if (offset !== null) this.#store.attempts.setJobOffset(this.#run.id, this.#attempt, offset)
    }
  }

  #started(report: Report<'started'>, announce: Announcements): void {
    const { runId, resumedFromStep, resumedFromEpoch } = report
    const before = mixedArithmeticText(this.#store.runs.get(runId))
    this.#store.attempts.started(runId, this.#attempt, report)
    this.#store.metrics.deleteAfter(runId, resumedFromStep, resumedFromEpoch, report.epochElapsedMs)
    this.#store.confusions.deleteAfter(runId, resumedFromEpoch)
    this.#store.checkpoints.deleteAfter(runId, resumedFromStep, resumedFromEpoch)
    if (resumedFromStep > 0) announce.event(runId, 'info', 'resumed', `goes on after step ${resumedFromStep} (epoch ${resumedFromEpoch})`)
    const mixed = mixedArithmeticText(this.#store.runs.get(runId))
    if (mixed !== null && mixed !== before) announce.event(runId, 'warning', 'mixed-arithmetic', mixed)
    announce.changed(runId)
  }

  #recordEpoch(report: Report<'epoch'>): void {
    const checkpoint = this.#early
    this.#early = null
    this.#epochsRecorded = report.record.epoch
    this.#epochMs.push(report.record.elapsedMs)
    const write = this.#fenced((announce) => {
      const { runId, record, layerStatistics, confusion, dataWaitMs } = report
      this.#store.metrics.insertEpoch(runId, record, layerStatistics)
      this.#store.confusions.insertEpoch(runId, record.epoch, confusion)
      this.#recordSpeed(record)
      if (dataWaitMs !== null) announce.event(runId, ...dataWaitEvent(record, dataWaitMs))
      if (checkpoint) this.#checkpoint(checkpoint, announce)
      announce.publish('run.epoch', { runId, epoch: record, layerStatistics })
      announce.changed(runId)
    })
    if (checkpoint) this.#journal.commitOrWait(write)
    else this.#journal.append(write)
  }

  /** Records an epoch's speed in images of work: evaluated ones count by their share, so that other data sets can be forecast from it. */
  #recordSpeed({ imagesPerSecond, elapsedMs }: EpochRecord): void {
    const { device: model } = this.#store.runs.get(this.#run.id)
    const device = model && measuredAt(model, this.#place)
    if (!device || !(imagesPerSecond > 0)) return
    const { multiplyAdds, settings } = this.#run
    const { evaluationImages } = this.#store.runs.schedulingFacts(this.#run.id)
    const speed = imagesPerSecond + (evaluationShare * evaluationImages * 1000) / elapsedMs
    const source = this.#epochMs.length > 1 ? 'epochs' : 'first-epoch'
    this.#store.speeds.record(
      device,
      { multiplyAdds, batchSize: settings.recipe.batchSize, imagesPerSecond: speed, startMs: null, source },
      Date.now(),
    )
  }

  /** Compares the forecast of a finished run with the time it took, if that was one attempt. */
  recordWhole(wallMs: number): void {
    if (!this.#whole || this.#epochMs.length === 0) return
    const later = this.#epochMs.slice(1).sort((a, b) => a - b)
    const typicalMs = later[later.length >> 1] ?? this.#epochMs[0]!
    this.#journal.append(() => {
      const { device: model, settings, multiplyAdds } = this.#store.runs.get(this.#run.id)
      const device = model && measuredAt(model, this.#place)
      this.#store.speeds.setOutcome(this.#run.id, wallMs)
      if (device)
        this.#store.speeds.recordStart(
          device,
          { multiplyAdds, batchSize: settings.recipe.batchSize },
          Math.max(0, wallMs - typicalMs * this.#epochMs.length),
        )
    })
  }

  #checkpoint({ runId, checkpoint, removed }: Report<'checkpoint'>, announce: Announcements): void {
    if (this.#place !== undefined) this.#store.attempts.addTraffic(runId, { fetchedBytes: checkpoint.bytes })
    this.#store.checkpoints.insert(runId, this.#attempt, checkpoint, removed, Date.now())
    // Progress: earlier failures count no more.
    this.#store.runs.change(runId, { failures: 0 })
    announce.event(runId, 'info', 'checkpoint', `checkpoint after step ${checkpoint.step} (epoch ${checkpoint.epoch})`)
  }
}

/** A larger share of an epoch spent waiting for images is worth a look: at the disk, or at runs beside it. */
const muchWaiting = 0.05

/** Level, kind and words of what an epoch waited for streamed images. */
function dataWaitEvent({ epoch, elapsedMs }: EpochRecord, dataWaitMs: number): ['info' | 'warning', string, string] {
  const share = dataWaitMs / elapsedMs
  return [share > muchWaiting ? 'warning' : 'info', 'data-wait', `epoch ${epoch} waited for data ${(100 * share).toFixed(1)} % of its time`]
}
