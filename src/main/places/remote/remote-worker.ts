import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../../common/caught.ts'
import { againCauses, type JobState } from '../../../common/places/job-state.ts'
import type { WorkerCommand, WorkerReport, WorkerStart } from '../../../common/rpc/worker-protocol.ts'
import type { Worker, WorkerExit } from '../local/worker-process.ts'
import type { JobAddress, JobEvent, Place } from '../place.ts'
import { PlaceTrouble } from '../place-trouble.ts'

/** Fetching takes at most one part in so many of the time, where checkpoints come more often than they must be fetched. */
const fetchShare = 20
/** Time between attempts to fetch the last checkpoints of a run. */
const fetchRetryMs = 5_000
/** Attempts whose failure is not the connection's. */
const mostFetchAttempts = 5

type Command = Exclude<WorkerCommand, WorkerStart>

export interface RemoteListener {
  /** @param offset to go on from once this is stored; null for what stands in no event */
  report(report: WorkerReport, offset: number | null): void
  /** The job was started: to be stored with the lease, by which another engine finds it. */
  started(handle: string): void
  /** Called once, when no process of it is left, or none that counts. */
  exit(exit: WorkerExit): void
  /** The connection to its place was lost, or is back (null). */
  contact(trouble: Error | null): void
  /** Its job waits, for a scheduler's reason, or runs. */
  job(state: Exclude<JobState, { readonly state: 'ended' }>): void
  /** Its worker could not write there. */
  diskFull(words: string): void
  /** Trouble to tell in words. */
  warn(words: string): void
}

export interface RemoteWorkerOptions {
  readonly place: Place
  readonly job: JobAddress
  /** Folder on this machine for the run's checkpoints. */
  readonly checkpointFolder: string
  /** Names of the run's checkpoints that are there. */
  readonly known: Iterable<string>
  /** Epochs of the run that are stored. */
  readonly epochsSeen: number
  readonly fetchEveryMs: number
  readonly listener: RemoteListener
  /** Sends what is needed and starts the job; or where an earlier engine left it. */
  readonly begin: (() => Promise<string>) | { readonly handle: string; readonly offset: number }
}

/** A worker at a place: to the engine as one of this machine, its checkpoints fetched before they are reported. */
export class RemoteWorker implements Worker {
  readonly pid = undefined
  readonly #options: RemoteWorkerOptions
  readonly #known: Set<string>
  #handle: string | null = null
  #following: { close(): void } | null = null
  #epochsSeen: number
  #command: Command | null = null
  #syncing: Promise<void> | null = null
  #lastSync = { at: -Infinity, tookMs: 0 }
  #stopAsked = false
  #ending = false
  #gone = false

  constructor(options: RemoteWorkerOptions) {
    this.#options = options
    this.#known = new Set(options.known)
    this.#epochsSeen = options.epochsSeen
    void this.#start()
  }

  /** @param command `start` was part of what began it */
  send(command: WorkerCommand): void {
    if (command.type === 'start' || this.#gone) return
    this.#stopAsked = true
    this.#command = command
    if (this.#handle !== null) void this.#tell()
  }

  kill(reason: string): void {
    if (this.#gone) return
    const { place, job } = this.#options
    // Where it cannot be reached it is ended as soon as it can: it has no lease any more.
    if (this.#handle !== null) place.cancel(job, this.#handle).catch(() => undefined)
    this.#exit({ code: null, signal: 'SIGKILL', lastOutput: null, killedFor: reason, oomKillSeen: null })
  }

  /** Leaves it running there, for the next engine. */
  detach(): void {
    this.#gone = true
    this.#following?.close()
  }

  async #start(): Promise<void> {
    const { begin, place, job, listener } = this.#options
    try {
      const adopted = typeof begin === 'function' ? null : begin
      this.#handle = typeof begin === 'function' ? await begin() : begin.handle
      if (this.#gone) {
        await place.cancel(job, this.#handle)
        return
      }
      if (!adopted) listener.started(this.#handle)
      this.#following = place.follow(job, this.#handle, adopted?.offset ?? 0, {
        event: (event, offset) => this.#event(event, offset),
        state: (state) => this.#state(state),
        contact: (trouble) => this.#contact(trouble),
      })
      if (this.#command) await this.#tell()
    } catch (error) {
      const words = error instanceof PlaceTrouble ? error.message : `It could not be started at ${place.name}: ${messageOf(error)}`
      this.#exit({ ...noExit, released: words })
    }
  }

  async #tell(): Promise<void> {
    const command = this.#command
    if (!command) return
    try {
      await this.#options.place.tell(this.#options.job, command)
      if (this.#command === command) this.#command = null
    } catch {
      // Told again when the place can be reached.
    }
  }

  #contact(trouble: Error | null): void {
    if (this.#gone) return
    this.#options.listener.contact(trouble)
    if (trouble === null) void this.#tell()
  }

  #state(state: JobState): void {
    if (this.#gone || this.#ending) return
    const { place, listener } = this.#options
    if (state.state !== 'ended') {
      listener.job(state)
      return
    }
    const { cause, words } = state
    const again = (againCauses as readonly string[]).includes(cause) || cause === 'cancelled'
    const said = words ?? `its process at ${place.name} is gone without a word: somebody killed it, or the machine was restarted`
    const exit = again ? { ...noExit, released: `${said}; goes on from its last checkpoint` } : { ...noExit, killedFor: said }
    // It told no end of its own: what may be left of it must not train beside its next attempt.
    void this.#end(null, exit, () => this.#cancel())
  }

  #event(event: JobEvent, offset: number): void {
    if (this.#gone) return
    if ('exit' in event) {
      // After a last report this is only its confirmation.
      if (!this.#ending) void this.#end(null, event.exit)
      return
    }
    const { report } = event
    switch (report.type) {
      case 'checkpoint':
        this.#syncIfDue()
        return
      case 'finished':
      case 'diverged':
      case 'stopped':
      case 'failed': {
        if (report.type === 'failed' && report.kind === 'disk') this.#options.listener.diskFull(report.reason)
        // A scheduler that stopped it may have it in its queue again, to begin once more.
        const isRequeued = report.type === 'stopped' && !this.#stopAsked
        void this.#end(report, { ...noExit, code: 0 }, isRequeued ? () => this.#cancel() : undefined)
        return
      }
      case 'started':
        this.#epochsSeen = report.resumedFromEpoch
        break
      case 'epoch':
        this.#epochsSeen = report.record.epoch
    }
    this.#options.listener.report(report, offset)
    if (report.type === 'epoch') this.#syncIfDue()
  }

  #syncIfDue(): void {
    const { at, tookMs } = this.#lastSync
    const now = performance.now()
    if (this.#syncing || this.#ending || now - at < Math.min(this.#options.fetchEveryMs, tookMs * fetchShare)) return
    this.#lastSync = { at: now, tookMs }
    this.#syncing = this.#fetchCheckpoints()
      .catch(() => undefined) // Tried again at the next checkpoint, and at the end.
      .finally(() => {
        this.#lastSync = { at: now, tookMs: performance.now() - now }
        this.#syncing = null
      })
  }

  /** Copies checkpoints here whose epochs are stored, oldest first, and reports each. @returns whether all are here */
  async #fetchCheckpoints(): Promise<void> {
    const { place, job, checkpointFolder, listener } = this.#options
    const there = await place.checkpoints(job)
    for (const checkpoint of there) {
      if (this.#known.has(checkpoint.file) || checkpoint.epoch > this.#epochsSeen) continue
      if (!(await place.fetch(job, checkpoint, join(checkpointFolder, checkpoint.file)))) continue
      if (this.#gone) return
      this.#known.add(checkpoint.file)
      // The worker removed these, as it does on this machine.
      const removed = [...this.#known].filter((file) => !there.some((each) => each.file === file))
      listener.report({ type: 'checkpoint', runId: job.runId, attempt: job.attempt, checkpoint, removed }, null)
      for (const file of removed) {
        this.#known.delete(file)
        await rm(join(checkpointFolder, file), { force: true })
      }
    }
  }

  async #cancel(): Promise<void> {
    const { place, job } = this.#options
    await place.cancel(job, this.#handle)
  }

  /**
   * Fetches what is left, then tells the end: with the worker's last report, or without one.
   * @param before what must be done first, tried again like the fetching
   */
  async #end(report: WorkerReport | null, exit: WorkerExit, before?: () => Promise<void>): Promise<void> {
    this.#ending = true
    await this.#syncing
    let last = report
    for (let attempt = 1; !this.#gone; attempt++) {
      try {
        await before?.()
        await this.#fetchCheckpoints()
        break
      } catch (error) {
        const passes = error instanceof PlaceTrouble && error.passes
        if (!passes && attempt >= mostFetchAttempts) {
          this.#options.listener.warn(`Its last checkpoints could not be fetched: ${messageOf(error)}`)
          if (last?.type === 'finished') last = failedFetch(last, messageOf(error))
          break
        }
        await sleep(fetchRetryMs)
      }
    }
    if (this.#gone) return
    if (last) this.#options.listener.report(last, null)
    this.#exit(exit)
  }

  #exit(exit: WorkerExit): void {
    if (this.#gone) return
    this.#gone = true
    this.#following?.close()
    // As of a process: never within the call that asks for it.
    setImmediate(() => this.#options.listener.exit(exit))
  }
}

const noExit: WorkerExit = { code: null, signal: null, lastOutput: null, killedFor: null, oomKillSeen: null }

function failedFetch({ runId, attempt }: WorkerReport, words: string): WorkerReport {
  return { type: 'failed', runId, attempt, kind: 'disk', reason: `Its last checkpoint could not be fetched: ${words}` }
}
