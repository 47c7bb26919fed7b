import type { Evaluation, EvaluationProgress } from '../../common/evaluation/evaluation.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { EngineStatus } from '../../common/records/records.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'

/** Most restarts of the engine that count as recovery; more is a fault that a person must see. */
const mostRestarts = 3

export interface EvaluationListener {
  /** Called when one changed its state. */
  changed(evaluation: Evaluation): void
  progress(progress: EvaluationProgress): void
  /** Called with the engine's status at first and whenever it changed. */
  status(status: EngineStatus): void
}

/** Follows evaluations until all have ended, over crashes of the engine. */
export class EvaluationFollower {
  readonly #connect: () => Promise<EngineClient>
  readonly #ids: readonly number[]
  readonly #listener: EvaluationListener
  readonly #known = new Map<number, Evaluation>()
  #restarts = 0
  #stopping = false
  #stop: () => void = () => undefined

  constructor(connect: () => Promise<EngineClient>, ids: readonly number[], listener: EvaluationListener) {
    this.#connect = connect
    this.#ids = ids
    this.#listener = listener
  }

  /** In the order in which they were given, as far as they are known. */
  get evaluations(): Evaluation[] {
    return this.#ids.flatMap((id) => this.#known.get(id) ?? [])
  }

  /**
   * Resolves when all have ended, or after `stop`.
   * @throws SkiplabError unavailable where the engine was stopped or keeps dying
   */
  async follow(): Promise<void> {
    const stopped = new Promise<'stopped'>((resolve) => (this.#stop = () => resolve('stopped')))
    while ((await this.#followOnce(stopped)) === 'lost') {
      if (this.#stopping) throw new SkiplabError('unavailable', 'The engine was stopped; its evaluations start again with it.')
      if (++this.#restarts > mostRestarts)
        throw new SkiplabError('unavailable', 'The engine ended several times; see logs/engine.log in the workspace.')
    }
  }

  stop(): void {
    this.#stop()
  }

  async #followOnce(stopped: Promise<'stopped'>): Promise<'ended' | 'lost' | 'stopped'> {
    const client = await this.#connect()
    try {
      const over = new Promise<'ended' | 'lost'>((resolve) => {
        client.onClose(() => resolve('lost'))
        client.on('evaluation.changed', (evaluation) => {
          this.#update(evaluation)
          if (this.#haveEnded) resolve('ended')
        })
        client.on('evaluation.progress', (progress) => {
          if (this.#ids.includes(progress.evaluationId)) this.#listener.progress(progress)
        })
        client.on('engine.changed', (status) => this.#hear(status))
      })
      this.#hear(await client.call('engine.status', {}))
      for (const evaluationId of this.#ids) this.#update(await client.call('evaluations.get', { evaluationId }))
      return this.#haveEnded ? 'ended' : await Promise.race([over, stopped])
    } finally {
      client.close()
    }
  }

  get #haveEnded(): boolean {
    return this.#ids.every((id) => !['waiting', 'running', undefined].includes(this.#known.get(id)?.state))
  }

  #hear(status: EngineStatus): void {
    this.#stopping = status.stopping
    this.#listener.status(status)
  }

  #update(evaluation: Evaluation): void {
    if (!this.#ids.includes(evaluation.id)) return
    const before = this.#known.get(evaluation.id)
    this.#known.set(evaluation.id, evaluation)
    if (before?.state !== evaluation.state) this.#listener.changed(evaluation)
  }
}
