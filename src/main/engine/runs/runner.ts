import { isDiskFull, messageOf } from '../../../common/caught.ts'
import type { RunProgress, RunSummary } from '../../../common/records/records.ts'
import type { WorkerReport } from '../../../common/rpc/worker-protocol.ts'
import type { ActiveRun } from './active-run.ts'
import { AttemptRecorder } from './attempt-recorder.ts'
import { type AttemptData, beginAttempt } from './attempt-start.ts'
import { silenceLimitFor, Watchdog } from '../../places/local/watchdog.ts'
import { describeError, RotatingLog } from '../journal/log.ts'
import { processStartedAt } from '../../workspace/process-identity.ts'
import type { RunnerOptions } from './runner-options.ts'
import { noProgress, progressOf, remainingMs, stepWorkOf } from './run-progress.ts'
import { remoteListener } from './remote-listener.ts'
import { endOfAttempt, outcomeOf, stronger, type Intent, type WorkerOutcome } from './run-end.ts'
import { emptySlot, type OccupiedSlot, type Slot } from '../machine/slot.ts'
import { type Worker, WorkerProcess, type WorkerExit } from '../../places/local/worker-process.ts'
import type { RunListener } from '../places/remote-runs.ts'
import type { Lease } from '../../store/attempts.ts'

/**
 * Time that a worker gets to write a checkpoint after it was asked to stop, besides that of a long step: as much as systems leave
 * between a SIGTERM and the end.
 */
const stopGraceMs = 10_000
const graceIsOver = 'no checkpoint within the grace time after a request to stop; killed'
/** Time more that a worker at a place gets: words travel by files there. */
const remoteGraceMs = 60_000
/** How long to wait before an end that could not be written is tried again. */
const endRetryMs = 1_000
/** Time that a worker gets to exit after its last report. */
const exitGraceMs = 10_000

/**
 * How workers are ended: at the end of their epoch; after a checkpoint, for which a deep net gets the time of its steps; after one that
 * must be there before the system ends us; or at once.
 */
export type StopMode = 'epoch' | 'checkpoint' | 'terminate' | 'now'

/** Starts workers for runs, stores what they report and how they ended. */
export class Runner {
  readonly #options: RunnerOptions
  readonly #active = new Map<number, ActiveRun>()
  /** Runs that wait for their worker to start: their slots are taken already. */
  readonly #starting = new Map<number, OccupiedSlot>()
  /** Monotonic times before which runs that failed are not tried again. */
  readonly #notBefore = new Map<number, number>()
  readonly #watchdog = new Watchdog(() => performance.now())
  #idle: (() => void)[] = []
  #stopping = false

  constructor(options: RunnerOptions) {
    this.#options = options
  }

  get busy(): boolean {
    return this.#active.size > 0 || this.#starting.size > 0
  }

  get progress(): RunProgress[] {
    return [...this.#active.values()].filter((active) => !active.ended).map((active) => active.progress)
  }

  /** Whether a run trains, or is about to, on this machine. */
  get busyHere(): boolean {
    return this.occupied.length > 0
  }

  /** Slots of this machine that are taken. */
  get occupied(): OccupiedSlot[] {
    const active = [...this.#active.values()].map(({ run, slot, memoryBytes, rssBytes }) => ({
      ...emptySlot,
      runId: run.id,
      slot,
      memoryToCome: Math.max(0, memoryBytes - rssBytes),
    }))
    const all = [...active, ...[...this.#starting].filter(([runId]) => !this.#active.has(runId)).map(([, slot]) => slot)]
    return all.filter(({ slot }) => slot.place === undefined)
  }

  /** Resident memory of all workers, in bytes. */
  get heldBytes(): number {
    return [...this.#active.values()].reduce((sum, { rssBytes }) => sum + rssBytes, 0)
  }

  mayStart(runId: number): boolean {
    return (
      !this.#stopping && !this.#active.has(runId) && !this.#starting.has(runId) && (this.#notBefore.get(runId) ?? 0) <= performance.now()
    )
  }

  /** Whether a run has a worker. */
  isActive(runId: number): boolean {
    return this.#active.has(runId)
  }

  /** Forgets earlier failures, because a person wants the run now. */
  forgive(runId: number): void {
    this.#notBefore.delete(runId)
  }

  /** @param memoryBytes estimate of its peak, held free for it until it has a worker */
  async start(runId: number, slot: Slot, memoryBytes: number): Promise<void> {
    if (!this.mayStart(runId)) return
    this.#starting.set(runId, { ...emptySlot, runId, slot, memoryToCome: memoryBytes })
    try {
      await this.#start(runId, slot)
    } catch (error) {
      this.#options.log(`run ${runId} could not be started: ${describeError(error)}`)
      this.#notBefore.set(runId, performance.now() + 5_000)
    } finally {
      this.#starting.delete(runId)
      this.#tellIfIdle()
    }
  }

  /** Asks a running run to write a checkpoint and stop, now or when its epoch is done. @returns false when it is not running */
  requestStop(runId: number, intent: Exclude<Intent, 'run'>, when: 'now' | 'epoch-end' = 'now'): boolean {
    const active = this.#active.get(runId)
    if (!active || active.ended) return false
    active.intent = stronger(active.intent, intent)
    if (when === 'epoch-end') active.worker.send({ type: 'stop-after-epoch' })
    else this.#stop(active, active.graceMs)
    return true
  }

  /** Takes a run away from its place: what its job does there counts no more. @returns false when it is not there */
  giveUp(runId: number, place: string): boolean {
    const active = this.#active.get(runId)
    if (!active || active.ended || active.slot.place !== place) return false
    active.givenUp = `given up at ${place} on request; goes on from its last checkpoint that was fetched`
    active.worker.kill(active.givenUp)
    return true
  }

  #stop(active: ActiveRun, graceMs: number): void {
    active.worker.send({ type: 'stop' })
    setTimeout(() => this.#killOnRequest(active, graceIsOver), graceMs).unref()
  }

  #killOnRequest(active: ActiveRun, reason: string): void {
    active.killedOnRequest = true
    active.worker.kill(reason)
  }

  /** Stops all running runs because the training hours are over; they wait. */
  stopForHours(end: 'checkpoint' | 'epoch'): void {
    for (const active of this.#active.values()) {
      // The hours are this machine's.
      if (active.intent !== 'run' || active.ended || active.detach) continue
      this.requestStop(active.run.id, 'hours', end === 'checkpoint' ? 'now' : 'epoch-end')
    }
  }

  /** Ends all workers; a later call may be less patient. Resolves when every process is gone. */
  async stopAll(mode: StopMode, intent: 'interrupt' | 'backlog' = 'interrupt'): Promise<void> {
    this.#stopping = true
    for (const [runId, active] of this.#active) {
      if (active.detach && intent === 'interrupt') {
        // It trains on without this engine; the next one reads what it did.
        active.detach()
        this.#active.delete(runId)
        continue
      }
      active.intent = stronger(active.intent, intent)
      if (mode === 'epoch') active.worker.send({ type: 'stop-after-epoch' })
      else if (mode === 'now') this.#killOnRequest(active, 'killed on request')
      else this.#stop(active, mode === 'checkpoint' ? active.graceMs : this.#stopGraceMs)
    }
    while (this.busy) await new Promise<void>((resolve) => this.#idle.push(resolve))
    this.#stopping = false
  }

  get #stopGraceMs(): number {
    return this.#options.stopGraceMs ?? stopGraceMs
  }

  /** Ends workers that have been silent for too long. Call about once a second. */
  endSilent(): void {
    for (const runId of this.#watchdog.expired()) {
      this.#watchdog.release(runId)
      const active = this.#active.get(runId)
      if (!active) continue
      this.#options.log(`run ${runId}: the worker is silent, killed`)
      active.worker.kill('the worker hung: it sent no message for longer than allowed; killed')
    }
  }

  async #start(runId: number, slot: Slot): Promise<void> {
    const begun = await beginAttempt(this.#options, runId, slot, () => !this.#stopping)
    if (!begun) return
    const { run, attempt, data } = begun
    // From here on the run has a lease: whatever goes wrong must give it back.
    try {
      this.#launch(run, attempt, slot, data)
    } catch (error) {
      this.#options.log(`run ${runId}, attempt ${attempt}: no worker could be started: ${describeError(error)}`)
      const active = this.#active.get(runId)
      active?.worker.kill('its start could not be completed; killed')
      const kind = isDiskFull(error) ? 'disk' : 'program'
      this.#end(
        active ?? { run, attempt, intent: 'run' },
        { type: 'failed', runId, attempt, kind, reason: `its worker could not be started: ${messageOf(error)}` },
        null,
      )
    }
  }

  #launch(run: RunSummary, attempt: number, slot: Slot, data: AttemptData): void {
    const { store, log } = this.#options
    const runId = run.id
    const job = { kind: 'train' as const, settings: run.settings, ...data }
    if (slot.place !== undefined) {
      const { memory } = store.runs.schedulingFacts(runId)
      const expectedMs = this.#options.estimate(run, slot.device, slot.place)?.ms ?? null
      const begun = { run, attempt, slot, memoryBytes: memory, expectedMs, job, pinned: run.device }
      const worker = this.#options.remote.start(begun, this.#remoteListener(runId, attempt, slot.place))
      this.#activate(run, attempt, slot, worker, () => worker.detach())
      log(`run ${runId}, attempt ${attempt}: goes to ${slot.place}`)
      return
    }
    const workerLog = new RotatingLog(this.#options.logsFolder, `run-${runId}.log`)
    const worker = new WorkerProcess(this.#options.workerScript, this.#options.workerEnvironment(slot), workerLog, {
      report: (report) => this.#report(runId, report, null),
      exit: (exit) => this.#exit(runId, attempt, exit),
    })
    this.#activate(run, attempt, slot, worker, null)
    this.#watchdog.watch(runId, silenceLimitFor(stepWorkOf(run)))
    const { pid } = worker
    if (pid !== undefined) store.write('power-cut', () => store.attempts.setProcess(runId, pid, processStartedAt(pid)))
    log(`run ${runId}, attempt ${attempt}: worker ${pid ?? 'without number'} started`)
    worker.send({ type: 'start', runId, attempt, device: slot.device, job })
  }

  /** Takes up a run that an earlier engine left at its place. */
  adopt({ runId, attempt, place, jobHandle: handle, jobOffset: offset }: Lease, slot: Slot): void {
    if (place === null || handle === null) return
    const run = this.#options.store.runs.get(runId)
    const worker = this.#options.remote.adopt(run, attempt, slot, { handle, offset }, this.#remoteListener(runId, attempt, place))
    this.#activate(run, attempt, slot, worker, () => worker.detach(), true)
    this.#options.log(`run ${runId}, attempt ${attempt}: still at ${place}, followed again`)
  }

  #remoteListener(runId: number, attempt: number, place: string): RunListener {
    return remoteListener(
      this.#options,
      { runId, attempt, place },
      {
        report: (report, offset) => this.#report(runId, report, offset),
        exit: (exit) => this.#exit(runId, attempt, exit),
      },
    )
  }

  #activate(run: RunSummary, attempt: number, slot: Slot, worker: Worker, detach: (() => void) | null, going = false): void {
    const { memory, evaluationImages } = this.#options.store.runs.schedulingFacts(run.id)
    const grace = this.#stopGraceMs + silenceLimitFor(stepWorkOf(run)) - silenceLimitFor(0)
    this.#active.set(run.id, {
      run,
      attempt,
      slot,
      memoryBytes: memory,
      evaluationImages,
      worker,
      detach,
      recorder: new AttemptRecorder(this.#options, run, attempt, { place: slot.place, going }),
      graceMs: grace + (detach ? remoteGraceMs : 0),
      startedAt: performance.now(),
      intent: 'run',
      killedOnRequest: false,
      givenUp: null,
      ended: false,
      rssBytes: 0,
      progress: noProgress(run),
    })
  }

  /** @param offset of the report in a job's file of events; null for a worker of this machine */
  #report(runId: number, report: WorkerReport, offset: number | null): void {
    const active = this.#active.get(runId)
    if (!active || active.ended || report.runId !== runId || report.attempt !== active.attempt) {
      this.#options.log(`run ${runId}: a report of attempt ${report.attempt} (${report.type}) was refused`)
      return
    }
    this.#watchdog.renew(runId)
    switch (report.type) {
      case 'heartbeat':
        active.rssBytes = report.rssBytes
        this.#watchdog.allowSilence(runId, report.quietMs)
        return
      case 'progress':
        active.progress = {
          ...progressOf(report),
          runId,
          totalSteps: active.run.totalSteps,
          remainingMs: remainingMs(active.run, report, active.evaluationImages),
          memoryBytes: active.rssBytes || null,
        }
        this.#options.publishProgress(active.progress)
        return
      case 'finished':
      case 'diverged':
      case 'stopped':
      case 'failed':
        if (report.type === 'finished') active.recorder.recordWhole(performance.now() - active.startedAt)
        this.#end(active, report, null)
        setTimeout(() => active.worker.kill('the worker did not exit after its last report; killed'), exitGraceMs).unref()
        return
      case 'evaluating':
      case 'evaluated':
      case 'analysing':
      case 'analysed':
        active.worker.kill(`the worker of a training said "${report.type}"; killed`)
        return
      default:
        active.recorder.record(report, offset)
    }
  }

  #exit(runId: number, attempt: number, exit: WorkerExit): void {
    const active = this.#active.get(runId)
    if (!active || active.attempt !== attempt) return
    if (!active.ended) this.#end(active, outcomeOf(active, exit), exit)
    this.#active.delete(runId)
    this.#tellIfIdle()
    this.#options.onFree()
  }

  #tellIfIdle(): void {
    if (!this.busy) for (const resolve of this.#idle.splice(0)) resolve()
  }

  /** @param attempt of a run with or without a process; one with a process stays among the active until that is gone */
  #end(attempt: ActiveRun | Pick<ActiveRun, 'run' | 'attempt' | 'intent'>, outcome: WorkerOutcome, exit: WorkerExit | null): void {
    if ('ended' in attempt) attempt.ended = true
    this.#watchdog.release(attempt.run.id)
    try {
      const { retryInMs } = endOfAttempt(this.#options, attempt, outcome, exit)
      if (retryInMs === null) return
      this.#notBefore.set(attempt.run.id, performance.now() + retryInMs)
      setTimeout(() => this.#options.onFree(), retryInMs + 10).unref()
    } catch (error) {
      // The run counts as running until its end is written down.
      this.#options.log(`run ${attempt.run.id}: the end of attempt ${attempt.attempt} could not be written down: ${describeError(error)}`)
      setTimeout(() => this.#end(attempt, outcome, exit), endRetryMs).unref()
    }
  }
}
