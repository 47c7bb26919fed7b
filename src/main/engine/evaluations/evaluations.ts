import { Ensembles } from './ensembles.ts'
import { EvaluationCommands } from './evaluation-commands.ts'
import { EvaluationReader } from './evaluation-details.ts'
import { EvaluationRunner, type EvaluationRunnerOptions } from './evaluation-runner.ts'
import { recoverEvaluations } from './recovery.ts'
import { ScoreFiles } from './score-files.ts'

export interface EvaluationsOptions extends Omit<EvaluationRunnerOptions, 'scores'> {
  readonly scoresFolder: string
}

/** All that the engine has for tests of runs: workers, ensembles, people's commands and what finished ones tell. */
export class Evaluations {
  readonly runner: EvaluationRunner
  readonly commands: EvaluationCommands
  readonly reader: EvaluationReader
  readonly #ensembles: Ensembles
  readonly #options: EvaluationsOptions & { readonly scores: ScoreFiles }

  constructor(options: EvaluationsOptions) {
    this.#options = { ...options, scores: new ScoreFiles(options.scoresFolder, options.logsFolder) }
    const onChange = () => {
      this.#ensembles.advance()
      options.onChange()
    }
    this.runner = new EvaluationRunner({ ...this.#options, onChange })
    this.#ensembles = new Ensembles({ ...this.#options, onChange })
    this.commands = new EvaluationCommands({ ...this.#options, runner: this.runner, onChange })
    this.reader = new EvaluationReader(this.#options)
  }

  get busy(): boolean {
    return this.runner.busy || this.#ensembles.busy
  }

  /** Call once, before anything else. */
  recover(): void {
    const { store, log, scores } = this.#options
    recoverEvaluations(store, scores, log)
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
