import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineClient, EventPayload } from '../../common/rpc/contract.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { EngineStatus, RunProgress, RunSummary } from '../../common/records/records.ts'
import { isResting } from './run-state.ts'

export interface FollowerListener {
  /** Called when an epoch of a followed run ended. */
  epoch?(run: RunSummary, payload: EventPayload<'run.epoch'>): void
  /** Called when a followed run changed its state. */
  state?(run: RunSummary): void
  /** Called with the engine's status at first and whenever it changed. */
  status?(status: EngineStatus): void
  /** Called when the engine went away and is being started again. */
  lost?(reason: string): void
}

/** Most restarts of the engine within `restartWindowMs` that count as recovery; more is a fault that a person must see. */
const mostRestarts = 3
const restartWindowMs = 5 * 60_000

/** Follows runs until none of them goes on by itself, over crashes of the engine. */
export class RunFollower {
  readonly runs = new Map<number, RunSummary>()
  readonly progress = new Map<number, RunProgress>()
  status: EngineStatus | null = null
  readonly #connect: () => Promise<EngineClient>
  readonly #runIds: ReadonlySet<number>
  readonly #listener: FollowerListener
  readonly #lastEpochs = new Map<number, number>()
  #client: EngineClient
  #restarts: number[] = []
  #stopped = false
  #pausing = false
  #settle: { resolve(): void; reject(error: unknown): void } | null = null

  /** @param client a connected engine, which the follower closes in the end */
  constructor(client: EngineClient, connect: () => Promise<EngineClient>, runIds: Iterable<number>, listener: FollowerListener) {
    this.#client = client
    this.#connect = connect
    this.#runIds = new Set(runIds)
    this.#listener = listener
  }

  get client(): EngineClient {
    return this.#client
  }

  /** All of them, also those whose state was not read yet. */
  get runIds(): number[] {
    return [...this.#runIds]
  }

  /** The followed runs in the order in which they were given. */
  get ordered(): RunSummary[] {
    return [...this.#runIds].flatMap((id) => this.runs.get(id) ?? [])
  }

  /**
   * Resolves when every run rests, or after `stop`.
   * @throws SkiplabError unavailable when the engine was stopped by somebody else or keeps dying
   */
  async follow(): Promise<void> {
    const done = new Promise<void>((resolve, reject) => (this.#settle = { resolve, reject }))
    // Joined below; a failure while the first state is being read must not count as unhandled.
    done.catch(() => undefined)
    try {
      await this.#attach()
      await done
    } finally {
      this.#stopped = true
      this.#client.close()
    }
  }

  /**
   * Asks the engine to save and pause the followed runs: all of them, since early on the state of a few only is known.
   * An engine that is just being started again is asked as soon as it is there.
   * @throws SkiplabError conflict when none of them can be paused
   */
  async pause(): Promise<void> {
    this.#pausing = true
    try {
      await this.#sendPause(this.#client)
    } catch (error) {
      if (!(error instanceof SkiplabError && error.code === 'unavailable') || this.#stopped || this.status?.stopping) throw error
    }
  }

  async #sendPause(client: EngineClient): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await client.call('queue.pause', { selection: { runIds: this.runIds } })
        return
      } catch (error) {
        const isConflict = error instanceof SkiplabError && error.code === 'conflict'
        // An engine that has just been started again queues its runs in the next moment.
        if (!isConflict || this.#restarts.length === 0 || tries === 20) throw error
        await sleep(100)
      }
    }
  }

  stop(): void {
    this.#stopped = true
    this.#settle?.resolve()
  }

  async #attach(): Promise<void> {
    const client = this.#client
    client.onClose((reason) => void this.#lost(reason))
    client.on('run.changed', (run) => this.#update(run))
    client.on('run.progress', (progress) => {
      if (!this.#runIds.has(progress.runId)) return
      this.progress.set(progress.runId, progress)
    })
    client.on('run.epoch', (payload) => {
      const run = this.runs.get(payload.runId)
      if (!run || !this.#runIds.has(payload.runId)) return
      // After a resume the epochs since the checkpoint come again, equal to before.
      if (payload.epoch.epoch <= (this.#lastEpochs.get(payload.runId) ?? 0)) return
      this.#lastEpochs.set(payload.runId, payload.epoch.epoch)
      this.runs.set(payload.runId, { ...run, lastEpoch: payload.epoch })
      this.#listener.epoch?.(run, payload)
    })
    client.on('engine.changed', (status) => {
      this.status = status
      this.#listener.status?.(status)
    })
    this.status = await client.call('engine.status', {})
    this.#listener.status?.(this.status)
    for (const runId of this.#runIds) {
      const run = await client.call('runs.get', { runId })
      this.#lastEpochs.set(runId, Math.max(this.#lastEpochs.get(runId) ?? 0, run.lastEpoch?.epoch ?? 0))
      this.#update(run)
    }
    this.#finishIfResting()
  }

  #update(run: RunSummary): void {
    if (!this.#runIds.has(run.id)) return
    const before = this.runs.get(run.id)
    this.runs.set(run.id, run)
    if (run.state !== 'running') this.progress.delete(run.id)
    if (before && before.state !== run.state) this.#listener.state?.(run)
    this.#finishIfResting()
  }

  #finishIfResting(): void {
    if (this.runs.size === this.#runIds.size && [...this.runs.values()].every(isResting)) this.#settle?.resolve()
  }

  async #lost(reason: string): Promise<void> {
    if (this.#stopped) return
    const now = Date.now()
    this.#restarts = [...this.#restarts.filter((at) => now - at < restartWindowMs), now]
    if (this.status?.stopping) {
      this.#settle?.reject(
        new SkiplabError('unavailable', 'The engine was stopped; its runs saved their state and go on when it is started again.'),
      )
      return
    }
    if (this.#restarts.length > mostRestarts) {
      this.#settle?.reject(
        new SkiplabError(
          'unavailable',
          `The engine ended ${this.#restarts.length} times within minutes (${reason}); see logs/engine.log in the workspace.`,
        ),
      )
      return
    }
    this.#listener.lost?.(reason)
    try {
      this.#client = await this.#connect()
      if (this.#pausing) await this.#sendPause(this.#client)
      // Everything was called off while the engine was being started.
      if (this.#stopped) this.#client.close()
      else await this.#attach()
    } catch (error) {
      this.#settle?.reject(error)
    }
  }
}
