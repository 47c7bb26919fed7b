import type { AnalysisDetails, AnalysisProgress } from '../../../common/analyses/analysis.ts'
import { recoverJobs } from '../jobs/job-recovery.ts'
import { JobRunner, type JobRunnerOptions } from '../jobs/job-runner.ts'
import { AnalysisCommands } from './analysis-commands.ts'
import { AnalysisDesk, type AnalysisDeskOptions } from './analysis-desk.ts'
import { PartialFiles } from './partial-files.ts'

export interface AnalysesOptions extends JobRunnerOptions, Omit<AnalysisDeskOptions, 'partials'> {
  readonly partialsFolder: string
}

/** All that the engine has for analyses: workers, people's commands and results. */
export class Analyses {
  readonly runner: JobRunner<AnalysisProgress, { readonly result: unknown }>
  readonly commands: AnalysisCommands
  readonly #options: AnalysesOptions
  readonly #desk: AnalysisDesk
  readonly #partials: PartialFiles

  constructor(options: AnalysesOptions) {
    this.#options = options
    this.#partials = new PartialFiles(options.partialsFolder, options.logsFolder)
    this.#desk = new AnalysisDesk({ ...options, partials: this.#partials })
    this.runner = new JobRunner(options, this.#desk)
    this.commands = new AnalysisCommands({ ...options, partials: this.#partials, desk: this.#desk, runner: this.runner })
  }

  get busy(): boolean {
    return this.runner.busy
  }

  /** @throws SkiplabError not-found */
  details(analysisId: number): AnalysisDetails {
    const { analyses } = this.#options.store
    return { analysis: analyses.get(analysisId), result: analyses.result(analysisId) }
  }

  /** Call once, before anything else. */
  recover(): void {
    const { store, log } = this.#options
    recoverJobs(store, this.#desk, log)
    this.#partials.removeStray(new Set(store.analyses.open().map(({ id }) => id)))
  }

  /** Call about once a second. */
  tick(): void {
    this.runner.endSilent()
  }

  /** Resolves when nothing is written any more; workers have been ended before. */
  close(): Promise<void> {
    return Promise.resolve()
  }
}
