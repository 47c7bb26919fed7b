import type { RunSummary } from '../../common/rpc/records.ts'
import type { WorkerReport } from '../../common/rpc/worker-protocol.ts'
import type { Store } from '../store/store.ts'
import type { Journal } from './journal.ts'

type Recorded = Extract<WorkerReport, { type: 'started' | 'steps' | 'epoch' | 'checkpoint' | 'checkpoint-rejected' | 'log' }>

/** Writes down what a running worker reports. Words of an attempt that no longer holds the lease are dropped inside the transaction. */
export function recordReport({ store, journal }: { store: Store; journal: Journal }, run: RunSummary, report: Recorded): void {
  const { runId, attempt } = report
  const fenced = (): boolean => !store.attempts.holds(runId, attempt)
  switch (report.type) {
    case 'started':
      journal.commitOrWait((announce) => {
        if (fenced()) return
        store.attempts.started(runId, attempt, report)
        store.metrics.deleteAfter(runId, report.resumedFromStep)
        store.checkpoints.deleteAfter(runId, report.resumedFromStep)
        if (report.resumedFromStep > 0) announce.event(runId, 'info', 'resumed', `goes on after step ${report.resumedFromStep} (epoch ${report.resumedFromEpoch})`)
        announce.changed(runId)
      })
      return
    case 'steps':
      journal.append((announce) => {
        if (fenced()) return
        store.metrics.insertSteps(runId, report.samples)
        announce.publish('run.steps', { runId, samples: report.samples })
      })
      return
    case 'epoch':
      journal.append((announce) => {
        if (fenced()) return
        const { record, layerStatistics } = report
        store.metrics.insertEpoch(runId, record, layerStatistics)
        const { device } = store.runs.get(runId)
        if (device && record.imagesPerSecond > 0) store.speeds.record(device, run.multiplyAdds, record.imagesPerSecond, Date.now())
        announce.publish('run.epoch', { runId, epoch: record, layerStatistics })
        announce.changed(runId)
      })
      return
    case 'checkpoint':
      journal.commitOrWait((announce) => {
        if (fenced()) return
        store.checkpoints.insert(runId, attempt, report.checkpoint, report.removed, Date.now())
        store.runs.change(runId, { failures: 0 })
        announce.event(runId, 'info', 'checkpoint', `checkpoint after step ${report.checkpoint.step} (epoch ${report.checkpoint.epoch})`)
      })
      return
    case 'checkpoint-rejected':
      journal.commitOrWait((announce) => {
        if (fenced()) return
        store.checkpoints.reject(runId, report.file, report.reason)
        announce.event(runId, 'warning', 'checkpoint-rejected', `${report.file}: ${report.reason}`)
      })
      return
    case 'log':
      journal.append((announce) => {
        if (!fenced()) announce.event(runId, report.level, 'log', report.message)
      })
  }
}
