import { analysisNamed, readResult } from '../../../common/analyses/analyses.ts'
import { type AnalysedCheckpoint, type Analysis, type AnalysisProgress, isOfSeveral } from '../../../common/analyses/analysis.ts'
import type { RunEvent } from '../../../common/records/records.ts'
import type { AnalyseJob, WorkerReport } from '../../../common/rpc/worker-protocol.ts'
import type { Store } from '../../store/store.ts'
import type { Announcements } from '../journal/journal.ts'
import type { JobDesk, PreparedJob } from '../jobs/job-desk.ts'
import { testedFiles, type TestedFilesOptions } from '../jobs/tested-checkpoint.ts'
import type { InitialWeightFiles } from '../library/initial-weight-files.ts'
import { emptySlot } from '../machine/slot.ts'
import { analysedCheckpoint } from './analysed-checkpoint.ts'
import type { PartialFiles } from './partial-files.ts'

export interface AnalysisDeskOptions extends TestedFilesOptions {
  readonly store: Store
  readonly initialWeights: InitialWeightFiles
  readonly partials: PartialFiles
  readonly publishProgress: (progress: AnalysisProgress) => void
}

/** What analyses have of their own. */
export class AnalysisDesk implements JobDesk<AnalysisProgress, { readonly result: unknown }> {
  readonly name = 'analysis'
  readonly rows
  readonly #options: AnalysisDeskOptions

  constructor(options: AnalysisDeskOptions) {
    this.#options = options
    this.rows = options.store.analyses
  }

  needsWorker(): boolean {
    return true
  }

  async prepare(id: number): Promise<PreparedJob> {
    const { store, partials } = this.#options
    const analysis = store.analyses.get(id)
    const { kind, options, split, runIds } = analysis
    const runs: AnalyseJob['runs'] = []
    const sha256s: (string | null)[] = []
    for (const [index, runId] of runIds.entries()) {
      const { job, sha256 } = await this.#analysed(runId, checkpointAt(analysis, index))
      runs.push(job)
      sha256s.push(sha256)
    }
    const epochs = runs.map(({ epoch }) => epoch)
    return {
      runId: runIds[0]!,
      job: { kind: 'analyse', analysis: kind, options, split, runs, partialFile: partials.path(id) },
      // A worker tells how long its next call may take; before the first one this counts.
      stepMultiplyAdds: Math.max(...runIds.map((runId) => store.runs.get(runId).multiplyAdds)) * 1000,
      begin: (device, now) => store.analyses.start(id, device, { epochs, sha256s }, now),
    }
  }

  async #analysed(runId: number, which: AnalysedCheckpoint): Promise<{ job: AnalyseJob['runs'][number]; sha256: string | null }> {
    const { store, initialWeights } = this.#options
    const run = store.runs.get(runId)
    const checkpoint = analysedCheckpoint(store, run, which)
    const { settings, settingsHash } = run
    const initial = settings.initialWeights && { initialWeightsFile: initialWeights.pathOf(settings.initialWeights.sha256) }
    const files = await testedFiles(this.#options, run, checkpoint)
    return {
      job: { runId, settings, settingsHash, ...files, epoch: checkpoint?.epoch ?? 0, ...initial },
      sha256: checkpoint?.sha256 ?? null,
    }
  }

  slotOf(analysisId: number) {
    return { ...emptySlot, analysisId }
  }

  logName(id: number): string {
    return this.#options.partials.logName(id)
  }

  starting(analysisId: number): AnalysisProgress {
    return { analysisId, phase: 'starting', done: 0, total: 0, remainingMs: null }
  }

  progressOf(analysisId: number, report: WorkerReport): AnalysisProgress | null {
    if (report.type !== 'analysing') return null
    const { phase, done, total, remainingMs } = report
    return { analysisId, phase, done, total, remainingMs }
  }

  publishProgress(progress: AnalysisProgress): void {
    this.#options.publishProgress(progress)
  }

  outcomeOf(id: number, report: WorkerReport): { readonly result: unknown } | null {
    if (report.type !== 'analysed') return null
    return { result: readResult(this.#options.store.analyses.get(id).kind, report.result) }
  }

  finish(announce: Announcements, id: number, { result }: { readonly result: unknown }): void {
    const { analyses } = this.#options.store
    analyses.finish(id, result, Date.now())
    this.#say(announce, analyses.get(id), 'info', 'analysed', 'finished')
  }

  sayFailed(announce: Announcements, id: number, reason: string): void {
    this.#say(announce, this.#options.store.analyses.get(id), 'error', 'analysis-failed', reason)
  }

  /** Writes an event of each run. */
  #say(announce: Announcements, { id, kind, runIds }: Analysis, level: RunEvent['level'], eventKind: string, what: string): void {
    const { title } = analysisNamed(kind)
    for (const runId of new Set(runIds)) announce.event(runId, level, eventKind, `analysis ${id}, ${title.toLowerCase()}: ${what}`)
  }

  changed(announce: Announcements, id: number): void {
    announce.publish('analysis.changed', this.#options.store.analyses.get(id))
  }

  cleanUp(id: number, became: string): void {
    if (became !== 'waiting') this.#options.partials.remove(id)
  }
}

/** Which checkpoint a part of an analysis looks at: of several their epochs were written down when it was queued. */
function checkpointAt({ checkpoint, epochs }: Pick<Analysis, 'checkpoint' | 'epochs'>, index: number): AnalysedCheckpoint {
  return isOfSeveral(checkpoint) ? epochs[index]! : checkpoint
}
