import { createLogUpdate } from 'log-update'
import type { Evaluation, EvaluationProgress } from '../../common/evaluation/evaluation.ts'
import { ofWords } from './evaluation-table.ts'
import type { EvaluationListener } from './evaluation-follower.ts'
import { formatDuration, formatPercent, printable } from './format.ts'
import type { Output } from './output.ts'
import { isLive, obstaclesOf } from './progress-view.ts'

/** Shows evaluations that are followed: a line for each that ends, and on a terminal one for each that runs. */
export class EvaluationView {
  readonly listener: EvaluationListener
  readonly #output: Output
  readonly #names: ReadonlyMap<number, string>
  readonly #update: ReturnType<typeof createLogUpdate> | null
  readonly #running = new Map<number, { evaluation: Evaluation; progress: EvaluationProgress | null }>()
  #obstacles = ''

  constructor(output: Output, names: ReadonlyMap<number, string>) {
    this.#output = output
    this.#names = names
    this.#update = isLive(process.stderr) ? createLogUpdate(process.stderr) : null
    this.listener = {
      changed: (evaluation) => this.#changed(evaluation),
      progress: (progress) => {
        const running = this.#running.get(progress.evaluationId)
        if (running) running.progress = progress
        this.#draw()
      },
      status: (status) => {
        const obstacles = obstaclesOf(status, Date.now()).join(' ')
        if (obstacles !== '' && obstacles !== this.#obstacles) this.#say(obstacles)
        this.#obstacles = obstacles
      },
    }
  }

  /** Takes the lines of running ones away. */
  stop(): void {
    this.#update?.clear()
  }

  #changed(evaluation: Evaluation): void {
    const { id, state, reason, results, protocol } = evaluation
    if (state === 'running') this.#running.set(id, { evaluation, progress: null })
    else this.#running.delete(id)
    this.#output.value({ type: 'state', evaluationId: id, state, reason })
    const words = `${ofWords(evaluation, this.#names)}, ${protocol}`
    if (state === 'finished') this.#say(`${words}: top-1 error ${formatPercent(results?.topOneError)}`)
    else if (reason !== null) this.#say(`${words}: ${state}: ${printable(reason)}`)
    this.#draw()
  }

  #say(text: string): void {
    this.#update?.clear()
    this.#output.note(text)
  }

  #draw(): void {
    this.#update?.([...this.#running.values()].map((running) => this.#line(running)).join('\n'))
  }

  #line({ evaluation, progress }: { evaluation: Evaluation; progress: EvaluationProgress | null }): string {
    const share = progress && progress.total > 0 ? `${Math.floor((100 * progress.done) / progress.total)} %` : ''
    const parts = [
      ofWords(evaluation, this.#names),
      evaluation.protocol,
      progress?.phase === 'batch-statistics' ? 'batch statistics' : (progress?.phase ?? 'starting'),
      share,
      progress?.imagesPerSecond ? `${Math.round(progress.imagesPerSecond)} views/s` : '',
      progress?.remainingMs ? `${formatDuration(progress.remainingMs)} left` : '',
    ]
    return parts
      .filter((part) => part !== '')
      .join('  ')
      .slice(0, Math.max(40, process.stderr.columns - 1))
  }
}
