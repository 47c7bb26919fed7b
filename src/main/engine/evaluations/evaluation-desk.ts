import type { EvaluationProgress } from '../../../common/evaluation/evaluation.ts'
import { pointsOf } from '../../../common/analysis/error-words.ts'
import type { RunEvent } from '../../../common/records/records.ts'
import type { WorkerReport } from '../../../common/rpc/worker-protocol.ts'
import type { EvaluationOutcome } from '../../store/evaluations.ts'
import type { OpenJob } from '../../store/job-rows.ts'
import type { Store } from '../../store/store.ts'
import type { Announcements } from '../journal/journal.ts'
import type { JobDesk, PreparedJob } from '../jobs/job-desk.ts'
import { testedCheckpoint, testedFiles, type TestedFilesOptions } from '../jobs/tested-checkpoint.ts'
import { emptySlot } from '../machine/slot.ts'
import type { ScoreFiles } from './score-files.ts'

export interface EvaluationDeskOptions extends TestedFilesOptions {
  readonly store: Store
  readonly scores: ScoreFiles
  readonly publishProgress: (progress: EvaluationProgress) => void
}

/** What tests of runs have of their own. Ensembles need no worker, see ensembles.ts. */
export class EvaluationDesk implements JobDesk<EvaluationProgress, EvaluationOutcome> {
  readonly name = 'evaluation'
  readonly rows
  readonly #options: EvaluationDeskOptions

  constructor(options: EvaluationDeskOptions) {
    this.#options = options
    this.rows = options.store.evaluations
  }

  needsWorker({ members }: OpenJob): boolean {
    return members === 1
  }

  async prepare(id: number): Promise<PreparedJob> {
    const { store, scores } = this.#options
    const { runIds, checkpoint: which, split, protocol, batchStatistics } = store.evaluations.get(id)
    const run = store.runs.get(runIds[0]!)
    const { settings, settingsHash, multiplyAdds } = run
    const checkpoint = testedCheckpoint(store, run, which)
    const { checkpointFile, ...data } = await testedFiles(this.#options, run, checkpoint)
    const files = { ...data, checkpointFile: checkpointFile!, scoresFile: scores.path(id) }
    const { epoch, sha256: checkpointSha256 } = checkpoint
    return {
      runId: run.id,
      job: { kind: 'evaluate', settings, settingsHash, ...files, split, protocol, batchStatistics },
      stepMultiplyAdds: multiplyAdds * settings.recipe.batchSize,
      begin: (device, now) => store.evaluations.start(id, { device, epoch, checkpointSha256, now }),
    }
  }

  slotOf(evaluationId: number) {
    return { ...emptySlot, evaluationId }
  }

  logName(id: number): string {
    return this.#options.scores.logName(id)
  }

  starting(evaluationId: number): EvaluationProgress {
    return { evaluationId, phase: 'starting', done: 0, total: 0, imagesPerSecond: null, remainingMs: null }
  }

  progressOf(evaluationId: number, report: WorkerReport): EvaluationProgress | null {
    if (report.type !== 'evaluating') return null
    const { phase, done, total, imagesPerSecond } = report
    // How long it takes is known while images are scored; batch statistics come before.
    const remainingMs = phase === 'scoring' && imagesPerSecond ? ((total - done) / imagesPerSecond) * 1000 : null
    return { evaluationId, phase, done, total, imagesPerSecond, remainingMs }
  }

  publishProgress(progress: EvaluationProgress): void {
    this.#options.publishProgress(progress)
  }

  outcomeOf(_id: number, report: WorkerReport): EvaluationOutcome | null {
    return report.type === 'evaluated' ? report : null
  }

  finish(announce: Announcements, id: number, outcome: EvaluationOutcome): void {
    const { store } = this.#options
    store.evaluations.finish(id, outcome, Date.now())
    const { protocol, split } = store.evaluations.get(id)
    const error = `${pointsOf(outcome.results.topOneError)} %`
    this.#say(announce, id, 'info', 'evaluated', `evaluation ${id}, ${protocol} on the ${split} split: top-1 error ${error}`)
  }

  sayFailed(announce: Announcements, id: number, reason: string): void {
    this.#say(announce, id, 'error', 'evaluation-failed', `evaluation ${id}: ${reason}`)
  }

  /** Writes an event of the run that is tested; of an ensemble, of none. */
  #say(announce: Announcements, id: number, level: RunEvent['level'], kind: string, message: string): void {
    const { runIds } = this.#options.store.evaluations.get(id)
    announce.event(runIds.length === 1 ? runIds[0]! : null, level, kind, message)
  }

  changed(announce: Announcements, id: number): void {
    announce.publish('evaluation.changed', this.#options.store.evaluations.get(id))
  }

  cleanUp(id: number, became: string): void {
    if (became !== 'finished') this.#options.scores.remove(id)
  }
}
