import type { Device } from '../../common/device.ts'
import { randomBytes } from 'node:crypto'
import { defaultEngineSettings, engineSettingsSchema } from '../../common/rpc/engine-settings.ts'
import type { EngineStatus, RunSummary } from '../../common/records/records.ts'
import type { Estimate } from '../../common/sweep/forecast.ts'
import { isOpen, nextChange } from '../../common/sweep/hours.ts'
import { Store } from '../store/store.ts'
import { lockWorkspace } from '../store/workspace-lock.ts'
import { socketPath } from '../workspace/address.ts'
import { OwnFiles } from './own-files.ts'
import { takeOwnPlace } from './machine/own-place.ts'
import { ConfiguredMachine } from './machine/configured-machine.ts'
import { Datasets } from './library/datasets.ts'
import { availableMemoryBytes, probeMachine } from './machine/devices.ts'
import { createDispatch } from './server/dispatch.ts'
import { diagnose } from './machine/doctor.ts'
import { Forecaster } from './queue/forecaster.ts'
import { freeSlots } from './queue/free-slots.ts'
import { createHandlers } from './server/handlers.ts'
import { Journal } from './journal/journal.ts'
import { describeError, RotatingLog } from './journal/log.ts'
import { Planner } from './queue/planner.ts'
import { QueueCommands } from './queue/queue-commands.ts'
import { recover } from './runs/recovery.ts'
import { Runner, type StopMode } from './runs/runner.ts'
import { schedule, type SchedulableRun } from './machine/scheduler.ts'
import type { Machine, Slot } from './machine/slot.ts'
import { RpcServer } from './server/server.ts'
import { Wakefulness } from './machine/stay-awake.ts'
import { Removal } from './library/removal.ts'
import { Templates } from './library/templates.ts'
import { Calibration } from './queue/calibration.ts'
import { putToSleep, WhenDoneWatch } from './queue/when-done.ts'
import { folderIdentity } from '../workspace/folder-identity.ts'
import { freeDiskBytes, openWorkspace, type Workspace } from '../workspace/workspace.ts'

export interface EngineOptions {
  readonly workspace: string
  /** Of the program, as shown to people. */
  readonly version: string
  readonly workerScript: string
  readonly workerEnvironment: (slot: Slot) => NodeJS.ProcessEnv
  /** The engine ends by itself after so long without clients and without anything to do. */
  readonly idleExitMs: number
  /** Workers side by side on the CPU; null leaves it to the scheduler. */
  readonly cpuSlots: number | null
  /** Time in which somebody can object before the machine is put to sleep or the engine quits. */
  readonly noticeMs?: number
  /** So often clients hear of the status while runs train or wait, changed or not: forecasts move with the clock. */
  readonly statusMs?: number
  readonly machine?: Machine
}

/** With less room than this on the disk no run is started. */
const leastFreeDiskBytes = 64 * 1024 * 1024
/** More runs than this are never started in one go. */
const lookAhead = 256
const tickMs = 1_000
const statusDelayMs = 150
const noticeMs = 60_000
const statusMs = 60_000
/** How the engine may end; see {@link StopMode}. */
type EndMode = Exclude<StopMode, 'epoch'>
/** With so many writes waiting for room on the disk, workers are ended rather than the memory filled. */
const longestBacklog = 20_000

/** Another engine serves the workspace. */
export class WorkspaceTaken extends Error {}

/** The engine of one workspace: everything that is alive while it serves. */
export class Engine {
  readonly #options: EngineOptions
  readonly #workspace: Workspace
  readonly #machine: ConfiguredMachine
  readonly #unlock: () => void
  readonly #log: RotatingLog
  readonly #store: Store
  readonly #journal: Journal
  readonly #datasets: Datasets
  readonly #runner: Runner
  readonly #forecaster: Forecaster
  readonly #calibration: Calibration
  readonly #whenDone: WhenDoneWatch
  readonly #wakefulness = new Wakefulness()
  readonly #removal: Removal
  readonly #server: RpcServer
  readonly #token = randomBytes(24).toString('hex')
  readonly #startedAt = Date.now()
  #files: OwnFiles | null = null
  #tick: NodeJS.Timeout | null = null
  #statusTimer: NodeJS.Timeout | null = null
  #statusTold = performance.now()
  #scheduled = false
  #diskFull = false
  #open = true
  #idleSince = performance.now()
  #stopping: Promise<void> | null = null
  #stopMode: EndMode = 'checkpoint'
  #lastEpochs: Promise<void> | null = null
  #closing: Promise<void> | null = null
  readonly #ended: Promise<void>
  #end: () => void = () => undefined

  /** @throws WorkspaceTaken, SkiplabError */
  static async start(options: EngineOptions): Promise<Engine> {
    const workspace = await openWorkspace(options.workspace)
    const unlock = lockWorkspace(workspace.folder)
    if (!unlock) throw new WorkspaceTaken(`Another engine serves ${workspace.folder}.`)
    try {
      takeOwnPlace(workspace.folder, workspace.temporary)
      return await new Engine(options, workspace, unlock).#boot()
    } catch (error) {
      unlock()
      throw error
    }
  }

  private constructor(options: EngineOptions, workspace: Workspace, unlock: () => void) {
    this.#options = options
    this.#workspace = workspace
    const folder = folderIdentity(workspace.folder)
    this.#unlock = unlock
    this.#log = new RotatingLog(workspace.logs, 'engine.log')
    this.#machine = new ConfiguredMachine(options.machine ?? probeMachine())
    this.#ended = new Promise((resolve) => (this.#end = resolve))
    const log = (message: string): void => this.#log.write(message)
    const { cpuSlots } = options
    const machine = this.#machine
    this.#store = new Store(workspace.database)
    const store = this.#store
    this.#machine.settings = store.settings.read('machine', engineSettingsSchema, defaultEngineSettings)
    this.#journal = new Journal(store, (name, payload) => this.#server.broadcast(name, payload), log, () => this.#changed())
    const journal = this.#journal
    this.#datasets = new Datasets(workspace.datasets, (name, payload) => this.#server.broadcast(name, payload))
    const datasets = this.#datasets
    this.#runner = new Runner({
      store,
      journal,
      datasets,
      log,
      checkpointsFolder: workspace.checkpoints,
      logsFolder: workspace.logs,
      workerScript: options.workerScript,
      workerEnvironment: options.workerEnvironment,
      estimate: (run, device) => this.#estimate(run, device),
      publishProgress: (progress) => this.#server.broadcast('run.progress', progress),
      onFree: () => this.#changed(),
    })
    const runner = this.#runner
    this.#forecaster = new Forecaster({ store, runner, machine, cpuSlots })
    const forecaster = this.#forecaster
    this.#calibration = new Calibration({ store, machine, cpuSlots, workerScript: options.workerScript, busy: () => runner.busy, onChange: () => this.#changed(), log })
    const calibration = this.#calibration
    this.#whenDone = new WhenDoneWatch({
      store,
      journal,
      noticeMs: options.noticeMs ?? noticeMs,
      quit: () => void this.stop('checkpoint'),
      sleep: putToSleep,
      onChange: () => this.#changed(),
    })
    const queue = new QueueCommands({ store, journal, runner, onChange: () => this.#changed() })
    const handlers = createHandlers({
      removal: (this.#removal = new Removal({ store, journal, log, checkpointsFolder: workspace.checkpoints, logsFolder: workspace.logs })),
      store,
      journal,
      queue,
      datasets,
      templates: new Templates(store, journal),
      doctor: async (speedTest) => {
        const report = await diagnose({ machine, workspace: workspace.folder, version: options.version, worker: speedTest ? options.workerScript : null })
        if (report.speed && !runner.busy) calibration.record(report.machine.device, report.speed, null)
        return report
      },
      settings: () => machine.describe(),
      configure: (change) => {
        const settings = { ...machine.settings, ...change }
        journal.commit(() => store.settings.write('machine', settings))
        machine.settings = settings
        this.#changed()
        return machine.describe()
      },
      planner: new Planner({ store, journal, datasets, forecaster, machine, cpuSlots }),
      forecaster,
      calibration,
      status: () => this.status(),
      stop: async (wish) => {
        if (wish === 'epoch') await this.#finishEpochs()
        const mode = wish === 'now' ? wish : 'checkpoint'
        await this.#stopRuns(mode)
        // The answer goes out before the connection closes.
        setTimeout(() => void this.stop(mode), 20)
      },
    })
    this.#server = new RpcServer({
      socketPath: socketPath(workspace.folder),
      token: this.#token,
      folder,
      dispatch: createDispatch(handlers, log),
      hello: () => (this.#stopping || folderIdentity(workspace.folder) !== folder ? null : { pid: process.pid, version: options.version, workspace: workspace.folder, folder }),
      onClientsChanged: () => (this.#idleSince = performance.now()),
      log,
    })
  }

  /** Resolves when the engine has ended. */
  get ended(): Promise<void> {
    return this.#ended
  }

  /** For errors that nobody expected: the engine goes on. */
  logUnexpected(error: unknown): void {
    this.#log.write(`unexpected: ${describeError(error)}`)
  }

  status(): EngineStatus {
    const { occupied, progress } = this.#runner
    const waiting = this.#store.runs.countInStates(['waiting', 'interrupted'])
    return {
      workspace: this.#workspace.folder,
      pid: process.pid,
      version: this.#options.version,
      startedAt: this.#startedAt,
      paused: this.#store.queue.paused,
      stopping: this.#stopping !== null || this.#lastEpochs !== null,
      slots: [...occupied.map(({ slot, runId }) => ({ device: slot.device, runId })), ...freeSlots(this.#machine, occupied.map(({ slot }) => slot))],
      running: progress,
      waiting,
      held: this.#store.runs.countInStates(['held']),
      // A forecast that rests must not outlive the last run.
      forecast: progress.length + waiting > 0 ? this.#forecaster.finish() : null,
      ...this.#hoursStatus(),
      diskFull: this.#noRoom,
      whenDone: this.#store.queue.whenDone,
      ending: this.#whenDone.ending,
      measuring: this.#calibration.busy,
    }
  }

  /** Ends runs, connections and database, in this order. */
  async stop(mode: EndMode): Promise<void> {
    await this.#stopRuns(mode)
    this.#closing ??= this.#close()
    await this.#closing
  }

  async #close(): Promise<void> {
    if (this.#tick) clearInterval(this.#tick)
    this.#wakefulness.keep(false)
    if (this.#statusTimer) clearTimeout(this.#statusTimer)
    this.#files?.removeAddress()
    await this.#datasets.close()
    await this.#server.close()
    if (!this.#files?.logIsAnothers) {
      this.#journal.flush('power-cut')
      this.#store.close()
    }
    this.#log.write('engine ended')
    this.#unlock()
    this.#end()
  }

  async #boot(): Promise<this> {
    this.#log.write(`engine ${this.#options.version} starts: process ${process.pid}, Node ${process.version}, ${this.#machine.cores} cores, ${this.#machine.gpus.length} GPUs`)
    await recover(this.#store, (message) => this.#log.write(message))
    await this.#server.listen()
    this.#files = new OwnFiles(this.#workspace, { pid: process.pid, socket: socketPath(this.#workspace.folder), token: this.#token, version: this.#options.version })
    this.#tick = setInterval(() => void this.#onTick(), tickMs)
    this.#changed()
    return this
  }

  /** Until then the engine serves as ever, but starts nothing. */
  #finishEpochs(): Promise<void> {
    this.#log.write('engine stops when the running epochs are done')
    this.#lastEpochs ??= this.#runner.stopAll('epoch')
    this.#changed()
    return this.#lastEpochs
  }

  #stopRuns(mode: EndMode): Promise<void> {
    if (!this.#stopping || mode === 'now' || (mode === 'terminate' && this.#stopMode === 'checkpoint')) {
      this.#log.write(`engine stops (${mode})`)
      this.#stopMode = mode
      this.#stopping = this.#runner.stopAll(mode)
      // Not with the delay of other changes: who follows runs tells by it that this is no crash, after which they would start the engine again.
      if (!this.#closing) this.#tellStatus()
    }
    return this.#stopping
  }

  async #onTick(): Promise<void> {
    try {
      const end = this.#files?.check() ?? null
      if (end !== null) {
        this.#log.write(end)
        await this.stop('now')
        return
      }
      this.#runner.checkLeases()
      if (this.#journal.backlog > longestBacklog) await this.#runner.stopAll('now', 'backlog')
      const free = await freeDiskBytes(this.#workspace.folder)
      if (this.#closing) return
      const diskFull = free < leastFreeDiskBytes || this.#journal.diskFull
      if (diskFull !== this.#diskFull) {
        this.#diskFull = diskFull
        this.#log.write(diskFull ? `only ${free} bytes are free on the disk: no run is started` : 'there is room on the disk')
        this.#changed()
      }
      if (!this.#noRoom) this.#removal.purge()
      this.#keepHours()
      this.#schedule()
      const working = this.#runner.busy || this.#store.queue.candidates(1).length > 0
      this.#wakefulness.keep(this.#runner.busy)
      if (working && performance.now() - this.#statusTold >= (this.#options.statusMs ?? statusMs)) this.#tellStatus()
      this.#whenDone.check(working)
      this.#exitWhenIdle()
    } catch (error) {
      this.logUnexpected(error)
    }
  }

  /** Training begins and ends with the hours that were set. */
  #keepHours(): void {
    if (this.#stopping) return
    const { hours } = this.#store.queue
    const open = hours === null || isOpen(hours, Date.now())
    if (open !== this.#open) {
      this.#open = open
      this.#log.write(open ? 'the training hours begin' : 'the training hours are over')
      this.#changed()
    }
    if (!open && hours) this.#runner.stopForHours(hours.end)
  }

  #hoursStatus(): Pick<EngineStatus, 'hours' | 'closedUntil'> {
    const { hours } = this.#store.queue
    const now = Date.now()
    return { hours, closedUntil: hours === null || isOpen(hours, now) ? null : nextChange(hours, now) }
  }

  #estimate({ id, multiplyAdds, settings, totalSteps, totalEpochs }: RunSummary, device: Device): Estimate | null {
    const { evaluationImages } = this.#store.runs.schedulingFacts(id)
    return this.#forecaster.estimate({ multiplyAdds, batchSize: settings.recipe.batchSize, steps: totalSteps, epochs: totalEpochs, evaluationImages }, device)
  }

  #exitWhenIdle(): void {
    const waiting = !this.#store.queue.paused && this.#store.queue.candidates(1).length > 0
    if (this.#server.clients > 0 || this.#runner.busy || this.#datasets.busy || this.#calibration.busy || this.#whenDone.ending || waiting) this.#idleSince = performance.now()
    else if (performance.now() - this.#idleSince >= this.#options.idleExitMs && !this.#stopping) {
      this.#log.write('nothing to do and nobody connected')
      void this.stop('checkpoint')
    }
  }

  /** Something changed: look for runs to start and tell clients, once for many changes. */
  #changed(): void {
    this.#forecaster.forget()
    if (!this.#scheduled) {
      this.#scheduled = true
      setImmediate(() => {
        this.#scheduled = false
        this.#keepHours()
        this.#schedule()
      })
    }
    this.#statusTimer ??= setTimeout(() => {
      this.#statusTimer = null
      this.#tellStatus()
    }, statusDelayMs)
  }

  #tellStatus(): void {
    this.#statusTold = performance.now()
    this.#server.broadcast('engine.changed', this.status())
  }

  /** The database may find the disk full between two looks at it. */
  get #noRoom(): boolean {
    return this.#diskFull || this.#journal.diskFull
  }

  #schedule(): void {
    if (!this.#open || this.#stopping || this.#noRoom || this.#store.queue.paused) return
    const candidates = this.#store.queue
      .candidates(lookAhead)
      .filter((candidate) => this.#runner.mayStart(candidate.id))
      .map(
        ({ id, memoryBytes, precision, pinnedKind, pinnedName, pinnedThreads, pinnedPrecision }): SchedulableRun => ({
          id,
          memoryBytes,
          precision,
          pinned:
            pinnedKind && pinnedThreads && pinnedPrecision ? { kind: pinnedKind, name: pinnedName ?? '', threads: pinnedThreads, precision: pinnedPrecision } : null,
        }),
      )
    if (candidates.length === 0) return
    this.#calibration.cancel()
    const { occupied } = this.#runner
    const starts = schedule({ candidates, occupied, machine: this.#machine, freeMemoryBytes: availableMemoryBytes(), cpuSlots: this.#options.cpuSlots })
    if (starts.length > 0) this.#whenDone.noteWork()
    const memory = new Map(candidates.map(({ id, memoryBytes }) => [id, memoryBytes]))
    for (const { runId, slot } of starts) void this.#runner.start(runId, slot, memory.get(runId) ?? 0)
  }
}
