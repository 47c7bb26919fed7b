import type { EvaluationProgress } from '../../../common/evaluation/evaluation.ts'
import type { EvaluationOutcome } from '../../store/evaluations.ts'
import { recoverJobs } from '../jobs/job-recovery.ts'
import { JobRunner, type JobRunnerOptions } from '../jobs/job-runner.ts'
import { Ensembles } from './ensembles.ts'
import { EvaluationCommands } from './evaluation-commands.ts'
import { EvaluationReader } from './evaluation-details.ts'
import { EvaluationDesk, type EvaluationDeskOptions } from './evaluation-desk.ts'
import { ScoreFiles } from './score-files.ts'

export interface EvaluationsOptions extends JobRunnerOptions, Omit<EvaluationDeskOptions, 'scores'> {
  readonly scoresFolder: string
}

/** All that the engine has for tests of runs: workers, ensembles, people's commands and what finished ones tell. */
export class Evaluations {
  readonly runner: JobRunner<EvaluationProgress, EvaluationOutcome>
  readonly commands: EvaluationCommands
  readonly reader: EvaluationReader
  readonly #desk: EvaluationDesk
  readonly #ensembles: Ensembles
  readonly #options: EvaluationsOptions & { readonly scores: ScoreFiles }

  constructor(options: EvaluationsOptions) {
    this.#options = { ...options, scores: new ScoreFiles(options.scoresFolder, options.logsFolder) }
    const onChange = () => {
      this.#ensembles.advance()
      options.onChange()
    }
    this.#desk = new EvaluationDesk(this.#options)
    const parts = { ...this.#options, desk: this.#desk, onChange }
    this.runner = new JobRunner(parts, this.#desk)
    this.#ensembles = new Ensembles(parts)
    this.commands = new EvaluationCommands({ ...parts, runner: this.runner })
    this.reader = new EvaluationReader(this.#options)
  }

  get busy(): boolean {
    return this.runner.busy || this.#ensembles.busy
  }

  /** Call once, before anything else. */
  recover(): void {
    const { store, log, scores } = this.#options
    recoverJobs(store, this.#desk, log)
    scores.removeStray(new Set(store.evaluations.list(null, ['finished']).map(({ id }) => id)))
  }

  /** Call about once a second. */
  tick(): void {
    this.runner.endSilent()
    this.#ensembles.advance()
  }

  /** Resolves when nothing is written any more; workers have been ended before. */
  close(): Promise<void> {
    return this.#ensembles.close()
  }
}
