import { SkiplabError } from '../../../common/failure.ts'
import { messageOf } from '../../../common/caught.ts'
import type { WorkerReport } from '../../../common/rpc/worker-protocol.ts'
import type { Store } from '../../store/store.ts'
import { processStartedAt } from '../../workspace/process-identity.ts'
import type { Journal } from '../journal/journal.ts'
import { describeError, RotatingLog } from '../journal/log.ts'
import type { OccupiedSlot, Slot } from '../machine/slot.ts'
import type { StopMode } from '../runs/runner.ts'
import { silenceLimitFor, Watchdog } from '../../places/local/watchdog.ts'
import { WorkerProcess, type WorkerExit } from '../../places/local/worker-process.ts'
import type { JobDesk, PreparedJob } from './job-desk.ts'
import { type AttemptOutcome, endJob, type JobIntent } from './job-end.ts'

export interface JobRunnerOptions {
  readonly store: Store
  readonly journal: Journal
  readonly logsFolder: string
  readonly workerScript: string
  readonly workerEnvironment: (slot: Slot) => NodeJS.ProcessEnv
  readonly log: (message: string) => void
  /** Called when a slot became free, or a job ended or may start. */
  readonly onChange: () => void
}

/** A job that has a worker process. */
interface ActiveJob<Progress> {
  readonly id: number
  readonly attempt: number
  readonly slot: Slot
  readonly memoryBytes: number
  readonly worker: WorkerProcess
  intent: JobIntent
  /** Whether its end is in the database and only the process still there. */
  ended: boolean
  rssBytes: number
  progress: Progress
}

/** Time that a worker gets to exit after its last report. */
const exitGraceMs = 10_000
const startRetryMs = 5_000

/** Starts workers for one kind of work on checkpoints, evaluations or analyses, and stores what they report. */
export class JobRunner<Progress, Outcome> {
  readonly #options: JobRunnerOptions
  readonly #desk: JobDesk<Progress, Outcome>
  readonly #active = new Map<number, ActiveJob<Progress>>()
  /** Jobs that wait for their worker to start: their slots are taken already. */
  readonly #starting = new Map<number, OccupiedSlot>()
  /** Monotonic times before which jobs that failed are not tried again. */
  readonly #notBefore = new Map<number, number>()
  readonly #watchdog = new Watchdog(() => performance.now())
  #idle: (() => void)[] = []
  #stopping = false

  constructor(options: JobRunnerOptions, desk: JobDesk<Progress, Outcome>) {
    this.#options = options
    this.#desk = desk
  }

  get busy(): boolean {
    return this.#active.size > 0 || this.#starting.size > 0
  }

  /** Jobs that are to come, those that need no worker included. */
  get waiting(): number {
    return this.#desk.rows.open().filter(({ state }) => state === 'waiting').length
  }

  get progress(): Progress[] {
    return [...this.#active.values()].filter(({ ended }) => !ended).map(({ progress }) => progress)
  }

  get occupied(): OccupiedSlot[] {
    const active = [...this.#active.values()].map(({ id, slot, memoryBytes, rssBytes }) => ({
      ...this.#desk.slotOf(id),
      slot,
      memoryToCome: Math.max(0, memoryBytes - rssBytes),
    }))
    return [...active, ...[...this.#starting].filter(([id]) => !this.#active.has(id)).map(([, slot]) => slot)]
  }

  /** Those that may start now, in their order. */
  candidates(): { readonly id: number; readonly memoryBytes: number }[] {
    return this.#desk.rows.open().filter((job) => job.state === 'waiting' && this.#desk.needsWorker(job) && this.#mayStart(job.id))
  }

  #mayStart(id: number): boolean {
    return !this.#stopping && !this.#active.has(id) && !this.#starting.has(id) && (this.#notBefore.get(id) ?? 0) <= performance.now()
  }

  /** @param memoryBytes estimate of its peak, held free for it until it has a worker */
  async start(id: number, slot: Slot, memoryBytes: number): Promise<void> {
    if (!this.#mayStart(id)) return
    this.#starting.set(id, { ...this.#desk.slotOf(id), slot, memoryToCome: memoryBytes })
    try {
      const prepared = await this.#desk.prepare(id)
      // Somebody may have cancelled it meanwhile.
      if (!this.#stopping && this.#isWaiting(id)) this.#launch(id, prepared, slot, memoryBytes)
    } catch (error) {
      if (error instanceof SkiplabError) this.#refuse(id, error)
      else {
        this.#options.log(`${this.#desk.name} ${id} could not be started: ${describeError(error)}`)
        this.#notBefore.set(id, performance.now() + startRetryMs)
      }
    } finally {
      this.#starting.delete(id)
      this.#tellIfIdle()
    }
  }

  #isWaiting(id: number): boolean {
    return this.#desk.rows.open().some((open) => open.id === id && open.state === 'waiting')
  }

  #refuse(id: number, { message: reason }: SkiplabError): void {
    if (this.#isWaiting(id)) endJob(this.#desk, this.#options.journal, id, { type: 'refused', reason }, 'run')
    this.#options.onChange()
  }

  #launch(id: number, prepared: PreparedJob, slot: Slot, memoryBytes: number): void {
    const { store, journal, log } = this.#options
    const { name, rows } = this.#desk
    const { device } = slot
    const attempt = journal.commit((announce) => {
      const number = prepared.begin(device, Date.now())
      this.#desk.changed(announce, id)
      return number
    })
    const workerLog = new RotatingLog(this.#options.logsFolder, this.#desk.logName(id))
    const worker = new WorkerProcess(this.#options.workerScript, this.#options.workerEnvironment(slot), workerLog, {
      report: (report) => this.#report(id, report),
      exit: (exit) => this.#exit(id, attempt, exit),
    })
    const progress = this.#desk.starting(id)
    this.#active.set(id, { id, attempt, slot, memoryBytes, worker, intent: 'run', ended: false, rssBytes: 0, progress })
    this.#watchdog.watch(id, silenceLimitFor(prepared.stepMultiplyAdds))
    const { pid } = worker
    if (pid !== undefined) store.write('power-cut', () => rows.setProcess(id, pid, processStartedAt(pid)))
    log(`${name} ${id}, attempt ${attempt}: worker ${pid ?? 'without number'} started`)
    worker.send({ type: 'start', runId: prepared.runId, attempt, device, job: prepared.job })
    this.#options.onChange()
  }

  #report(id: number, report: WorkerReport): void {
    const active = this.#active.get(id)
    if (!active || active.ended) return
    this.#watchdog.renew(id)
    if (report.type === 'heartbeat') {
      active.rssBytes = report.rssBytes
      this.#watchdog.allowSilence(id, report.quietMs)
      return
    }
    if (report.type === 'stopped' || report.type === 'failed') return this.#endOfWork(active, report)
    const progress = this.#desk.progressOf(id, report)
    if (progress !== null) {
      active.progress = progress
      this.#desk.publishProgress(progress)
      return
    }
    try {
      const outcome = this.#desk.outcomeOf(id, report)
      if (outcome !== null) this.#endOfWork(active, { type: 'done', outcome })
      else active.worker.kill(`the worker of an ${this.#desk.name} said "${report.type}"; killed`)
    } catch (error) {
      const reason = `What the worker computed is not what it should be: ${messageOf(error)}`
      this.#endOfWork(active, { ...report, type: 'failed', kind: 'program', reason })
    }
  }

  #endOfWork(active: ActiveJob<Progress>, outcome: AttemptOutcome<Outcome>): void {
    this.#end(active, outcome)
    setTimeout(() => active.worker.kill('the worker did not exit after its last report; killed'), exitGraceMs).unref()
  }

  #exit(id: number, attempt: number, exit: WorkerExit): void {
    const active = this.#active.get(id)
    if (active?.attempt !== attempt) return
    if (!active.ended) this.#end(active, { type: 'gone', exit })
    this.#active.delete(id)
    this.#tellIfIdle()
    this.#options.onChange()
  }

  #end(active: ActiveJob<Progress>, outcome: AttemptOutcome<Outcome>): void {
    const { id, intent } = active
    active.ended = true
    this.#watchdog.release(id)
    const retryInMs = endJob(this.#desk, this.#options.journal, id, outcome, intent)
    if (retryInMs === null) return
    this.#notBefore.set(id, performance.now() + retryInMs)
    setTimeout(() => this.#options.onChange(), retryInMs + 10).unref()
  }

  /** Ends a running one at once, since a person wants it. @returns false when it has no worker */
  cancel(id: number): boolean {
    const active = this.#active.get(id)
    if (!active || active.ended) return false
    active.intent = 'cancel'
    active.worker.kill('cancelled on request')
    return true
  }

  /** Stops all because the training hours are over, unless what runs may end: they start again when hours begin. */
  stopForHours(end: 'checkpoint' | 'epoch'): void {
    if (end === 'checkpoint') for (const active of this.#active.values()) this.#makeWait(active, 'the training hours are over; killed')
  }

  /** Ends all workers; with `epoch` only when they are done. Resolves when every process is gone. */
  async stopAll(mode: StopMode): Promise<void> {
    this.#stopping = true
    if (mode !== 'epoch') for (const active of this.#active.values()) this.#makeWait(active, 'the engine is stopped; killed')
    while (this.busy) await new Promise<void>((resolve) => this.#idle.push(resolve))
    this.#stopping = false
  }

  /** Ends workers that have been silent for too long. Call about once a second. */
  endSilent(): void {
    for (const id of this.#watchdog.expired()) {
      this.#watchdog.release(id)
      this.#options.log(`${this.#desk.name} ${id}: the worker is silent, killed`)
      this.#active.get(id)?.worker.kill('the worker hung: it sent no message for longer than allowed; killed')
    }
  }

  #makeWait(active: ActiveJob<Progress>, why: string): void {
    if (active.ended) return
    if (active.intent === 'run') active.intent = 'wait'
    active.worker.kill(why)
  }

  #tellIfIdle(): void {
    if (!this.busy) for (const resolve of this.#idle.splice(0)) resolve()
  }
}
