import { SkiplabError } from '../../common/failure.ts'
import type { EvaluationState } from '../../common/evaluation/evaluation.ts'
import type { EngineStatus } from '../../common/records/records.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'

/** Most restarts of the engine that count as recovery; more is a fault that a person must see. */
const mostRestarts = 3

/** Work on checkpoints as it is followed. */
export interface FollowedJob {
  readonly id: number
  readonly state: EvaluationState
  readonly reason: string | null
}

/** How one kind of work is asked for and heard of. */
export interface JobCalls<Job extends FollowedJob, Progress> {
  /** "evaluations" */
  readonly plural: string
  get(client: EngineClient, id: number): Promise<Job>
  onChange(client: EngineClient, listener: (job: Job) => void): void
  onProgress(client: EngineClient, listener: (id: number, progress: Progress) => void): void
}

export interface JobListener<Job, Progress> {
  /** Called when one changed its state. */
  changed(job: Job): void
  progress(id: number, progress: Progress): void
  /** Called with the engine's status at first and whenever it changed. */
  status(status: EngineStatus): void
}

/** Follows jobs until all have ended, over crashes of the engine. */
export class JobFollower<Job extends FollowedJob, Progress> {
  readonly #connect: () => Promise<EngineClient>
  readonly #calls: JobCalls<Job, Progress>
  readonly #ids: readonly number[]
  readonly #listener: JobListener<Job, Progress>
  readonly #known = new Map<number, Job>()
  #restarts = 0
  #stopping = false
  #stop: () => void = () => undefined

  constructor(
    connect: () => Promise<EngineClient>,
    calls: JobCalls<Job, Progress>,
    ids: readonly number[],
    listener: JobListener<Job, Progress>,
  ) {
    this.#connect = connect
    this.#calls = calls
    this.#ids = ids
    this.#listener = listener
  }

  /** In the order in which they were given, as far as they are known. */
  get jobs(): Job[] {
    return this.#ids.flatMap((id) => this.#known.get(id) ?? [])
  }

  /**
   * Resolves when all have ended, or after `stop`.
   * @throws SkiplabError unavailable where the engine was stopped or keeps dying
   */
  async follow(): Promise<void> {
    const stopped = new Promise<'stopped'>((resolve) => (this.#stop = () => resolve('stopped')))
    while ((await this.#followOnce(stopped)) === 'lost') {
      if (this.#stopping) throw new SkiplabError('unavailable', `The engine was stopped; its ${this.#calls.plural} start again with it.`)
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
        this.#calls.onChange(client, (job) => {
          this.#update(job)
          if (this.#haveEnded) resolve('ended')
        })
        this.#calls.onProgress(client, (id, progress) => {
          if (this.#ids.includes(id)) this.#listener.progress(id, progress)
        })
        client.on('engine.changed', (status) => this.#hear(status))
      })
      this.#hear(await client.call('engine.status', {}))
      for (const id of this.#ids) this.#update(await this.#calls.get(client, id))
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

  #update(job: Job): void {
    if (!this.#ids.includes(job.id)) return
    const before = this.#known.get(job.id)
    this.#known.set(job.id, job)
    if (before?.state !== job.state) this.#listener.changed(job)
  }
}
