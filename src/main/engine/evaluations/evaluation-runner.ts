import type { EvaluationProgress } from '../../../common/evaluation/evaluation.ts'
import { SkiplabError } from '../../../common/failure.ts'
import type { WorkerReport } from '../../../common/rpc/worker-protocol.ts'
import { processStartedAt } from '../../workspace/process-identity.ts'
import type { Journal } from '../journal/journal.ts'
import { describeError, RotatingLog } from '../journal/log.ts'
import type { OccupiedSlot, Slot } from '../machine/slot.ts'
import type { StopMode } from '../runs/runner.ts'
import { silenceLimitFor, Watchdog } from '../runs/watchdog.ts'
import { WorkerProcess, type WorkerExit } from '../runs/worker-host.ts'
import { type AttemptOutcome, endEvaluation, type EvaluationIntent } from './evaluation-end.ts'
import { type EvaluationStartOptions, prepareEvaluation, type PreparedEvaluation } from './evaluation-start.ts'

export interface EvaluationRunnerOptions extends EvaluationStartOptions {
  readonly journal: Journal
  readonly logsFolder: string
  readonly workerScript: string
  readonly workerEnvironment: (slot: Slot) => NodeJS.ProcessEnv
  readonly log: (message: string) => void
  readonly publishProgress: (progress: EvaluationProgress) => void
  /** Called when a slot became free, or an evaluation ended or may start. */
  readonly onChange: () => void
}

/** An evaluation that has a worker process. */
interface ActiveEvaluation {
  readonly id: number
  readonly attempt: number
  readonly slot: Slot
  readonly memoryBytes: number
  readonly worker: WorkerProcess
  intent: EvaluationIntent
  /** Whether its end is in the database and only the process still there. */
  ended: boolean
  rssBytes: number
  progress: EvaluationProgress
}

/** Time that a worker gets to exit after its last report. */
const exitGraceMs = 10_000
const startRetryMs = 5_000

/** Starts workers for evaluations of one run, and stores what they report. Ensembles need none, see ensembles.ts. */
export class EvaluationRunner {
  readonly #options: EvaluationRunnerOptions
  readonly #active = new Map<number, ActiveEvaluation>()
  /** Evaluations that wait for their worker to start: their slots are taken already. */
  readonly #starting = new Map<number, OccupiedSlot>()
  /** Monotonic times before which evaluations that failed are not tried again. */
  readonly #notBefore = new Map<number, number>()
  readonly #watchdog = new Watchdog(() => performance.now())
  #idle: (() => void)[] = []
  #stopping = false

  constructor(options: EvaluationRunnerOptions) {
    this.#options = options
  }

  get busy(): boolean {
    return this.#active.size > 0 || this.#starting.size > 0
  }

  /** Evaluations that are to come, ensembles included. */
  get waiting(): number {
    return this.#options.store.evaluations.open().filter(({ state }) => state === 'waiting').length
  }

  get progress(): EvaluationProgress[] {
    return [...this.#active.values()].filter(({ ended }) => !ended).map(({ progress }) => progress)
  }

  get occupied(): OccupiedSlot[] {
    const active = [...this.#active.values()].map(({ id, slot, memoryBytes, rssBytes }) => ({
      runId: null,
      evaluationId: id,
      slot,
      memoryToCome: Math.max(0, memoryBytes - rssBytes),
    }))
    return [...active, ...[...this.#starting].filter(([id]) => !this.#active.has(id)).map(([, slot]) => slot)]
  }

  /** Those that may start now, in their order. */
  candidates(): { readonly id: number; readonly memoryBytes: number }[] {
    return this.#options.store.evaluations
      .open()
      .filter(({ id, state, members }) => state === 'waiting' && members === 1 && this.#mayStart(id))
  }

  #mayStart(id: number): boolean {
    return !this.#stopping && !this.#active.has(id) && !this.#starting.has(id) && (this.#notBefore.get(id) ?? 0) <= performance.now()
  }

  /** @param memoryBytes estimate of its peak, held free for it until it has a worker */
  async start(id: number, slot: Slot, memoryBytes: number): Promise<void> {
    if (!this.#mayStart(id)) return
    this.#starting.set(id, { runId: null, evaluationId: id, slot, memoryToCome: memoryBytes })
    try {
      const prepared = await prepareEvaluation(this.#options, id)
      // Somebody may have cancelled it meanwhile.
      if (!this.#stopping && this.#options.store.evaluations.get(id).state === 'waiting') this.#launch(id, prepared, slot, memoryBytes)
    } catch (error) {
      if (error instanceof SkiplabError) this.#refuse(id, error)
      else {
        this.#options.log(`evaluation ${id} could not be started: ${describeError(error)}`)
        this.#notBefore.set(id, performance.now() + startRetryMs)
      }
    } finally {
      this.#starting.delete(id)
      this.#tellIfIdle()
    }
  }

  #refuse(id: number, { message: reason }: SkiplabError): void {
    if (this.#options.store.evaluations.open().some((open) => open.id === id && open.state === 'waiting'))
      endEvaluation(this.#options, id, { type: 'refused', reason }, 'run')
    this.#options.onChange()
  }

  #launch(id: number, { run, checkpoint, job }: PreparedEvaluation, slot: Slot, memoryBytes: number): void {
    const { store, journal, log } = this.#options
    const { device } = slot
    const attempt = journal.commit((announce) => {
      const start = { device, epoch: checkpoint.epoch, checkpointSha256: checkpoint.sha256, now: Date.now() }
      const number = store.evaluations.start(id, start)
      announce.publish('evaluation.changed', store.evaluations.get(id))
      return number
    })
    const workerLog = new RotatingLog(this.#options.logsFolder, this.#options.scores.logName(id))
    const worker = new WorkerProcess(this.#options.workerScript, this.#options.workerEnvironment(slot), workerLog, {
      report: (report) => this.#report(id, report),
      exit: (exit) => this.#exit(id, attempt, exit),
    })
    const progress: EvaluationProgress = {
      evaluationId: id,
      phase: 'starting',
      done: 0,
      total: 0,
      imagesPerSecond: null,
      remainingMs: null,
    }
    this.#active.set(id, { id, attempt, slot, memoryBytes, worker, intent: 'run', ended: false, rssBytes: 0, progress })
    this.#watchdog.watch(id, silenceLimitFor(run.multiplyAdds * run.settings.recipe.batchSize))
    const { pid } = worker
    if (pid !== undefined) store.write('power-cut', () => store.evaluations.setProcess(id, pid, processStartedAt(pid)))
    log(`evaluation ${id}, attempt ${attempt}: worker ${pid ?? 'without number'} started`)
    worker.send({ type: 'start', runId: run.id, attempt, device, job })
    this.#options.onChange()
  }

  #report(id: number, report: WorkerReport): void {
    const active = this.#active.get(id)
    if (!active || active.ended) return
    this.#watchdog.renew(id)
    switch (report.type) {
      case 'heartbeat':
        active.rssBytes = report.rssBytes
        this.#watchdog.allowSilence(id, report.quietMs)
        return
      case 'evaluating':
        active.progress = { evaluationId: id, ...progressOf(report) }
        this.#options.publishProgress(active.progress)
        return
      case 'evaluated':
        this.#end(active, { type: 'evaluated', outcome: report })
        setTimeout(() => active.worker.kill('the worker did not exit after its last report; killed'), exitGraceMs).unref()
        return
      case 'stopped':
      case 'failed':
        this.#end(active, report)
        setTimeout(() => active.worker.kill('the worker did not exit after its last report; killed'), exitGraceMs).unref()
        return
      default:
        active.worker.kill(`the worker of an evaluation said "${report.type}"; killed`)
    }
  }

  #exit(id: number, attempt: number, exit: WorkerExit): void {
    const active = this.#active.get(id)
    if (active?.attempt !== attempt) return
    if (!active.ended) this.#end(active, { type: 'gone', exit })
    this.#active.delete(id)
    this.#tellIfIdle()
    this.#options.onChange()
  }

  #end(active: ActiveEvaluation, outcome: AttemptOutcome): void {
    const { id, intent } = active
    active.ended = true
    this.#watchdog.release(id)
    const retryInMs = endEvaluation(this.#options, id, outcome, intent)
    if (outcome.type !== 'evaluated') this.#options.scores.remove(id)
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
      this.#options.log(`evaluation ${id}: the worker is silent, killed`)
      this.#active.get(id)?.worker.kill('the worker hung: it sent no message for longer than allowed; killed')
    }
  }

  #makeWait(active: ActiveEvaluation, why: string): void {
    if (active.ended) return
    if (active.intent === 'run') active.intent = 'wait'
    active.worker.kill(why)
  }

  #tellIfIdle(): void {
    if (!this.busy) for (const resolve of this.#idle.splice(0)) resolve()
  }
}

function progressOf({
  phase,
  done,
  total,
  imagesPerSecond,
}: Extract<WorkerReport, { type: 'evaluating' }>): Omit<EvaluationProgress, 'evaluationId'> {
  // How long it takes is known while images are scored; batch statistics come before.
  const remainingMs = phase === 'scoring' && imagesPerSecond ? ((total - done) / imagesPerSecond) * 1000 : null
  return { phase, done, total, imagesPerSecond, remainingMs }
}
