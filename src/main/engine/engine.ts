import { randomBytes } from 'node:crypto'
import { socketPath } from '../workspace/address.ts'
import { folderIdentity } from '../workspace/folder-identity.ts'
import { openWorkspace, type Workspace } from '../workspace/workspace.ts'
import { lockWorkspace } from '../store/workspace-lock.ts'
import { createEngineCalls } from './engine-calls.ts'
import type { EngineOptions } from './engine-options.ts'
import { createEngineParts, type EngineParts } from './engine-parts.ts'
import { describeError, RotatingLog } from './journal/log.ts'
import { Wakefulness } from './machine/stay-awake.ts'
import { OwnFiles } from './own-files.ts'
import { QueueDriver } from './queue/queue-driver.ts'
import { recover } from './runs/recovery.ts'
import { type EndMode, RunShutdown } from './runs/run-shutdown.ts'
import { createDispatch, type Handlers } from './server/dispatch.ts'
import { RpcServer } from './server/server.ts'
import { StatusTeller } from './server/status-teller.ts'

const tickMs = 1_000
/** Most writes that may wait for room on the disk; beyond it workers are ended, so that the memory does not fill. */
const longestBacklog = 20_000

/** Thrown when another engine serves the workspace. */
export class WorkspaceTaken extends Error {}

/** The engine of one workspace: starts its parts, keeps them going, and ends them in the right order. */
export class Engine {
  readonly #options: EngineOptions
  readonly #workspace: Workspace
  readonly #unlock: () => void
  readonly #log: RotatingLog
  readonly #parts: EngineParts
  readonly #driver: QueueDriver
  readonly #shutdown: RunShutdown
  readonly #teller: StatusTeller
  readonly #server: RpcServer
  readonly #wakefulness = new Wakefulness()
  readonly #token = randomBytes(24).toString('hex')
  readonly #ended: Promise<void>
  #end: () => void = () => undefined
  #files: OwnFiles | null = null
  #tick: NodeJS.Timeout | null = null
  #idleSince = performance.now()
  #closing: Promise<void> | null = null

  /** @throws WorkspaceTaken, SkiplabError */
  static async start(options: EngineOptions): Promise<Engine> {
    const workspace = await openWorkspace(options.workspace)
    const unlock = lockWorkspace(workspace.folder)
    if (!unlock) throw new WorkspaceTaken(`Another engine serves ${workspace.folder}.`)
    try {
      options.onLocked?.(workspace)
      return await new Engine(options, workspace, unlock).#boot()
    } catch (error) {
      unlock()
      throw error
    }
  }

  private constructor(options: EngineOptions, workspace: Workspace, unlock: () => void) {
    this.#options = options
    this.#workspace = workspace
    this.#unlock = unlock
    this.#ended = new Promise((resolve) => (this.#end = resolve))
    this.#log = new RotatingLog(workspace.logs, 'engine.log')
    const hooks = {
      log: (message: string) => this.#log.write(message),
      broadcast: ((name, payload) => this.#server.broadcast(name, payload)) satisfies RpcServer['broadcast'],
      changed: () => this.#changed(),
      quit: () => void this.stop('checkpoint'),
    }
    const { log, changed } = hooks
    this.#parts = createEngineParts(options, workspace, hooks)
    const { jobs } = this.#parts
    // Tells without delay that runs end on request: clients would else take it for a crash.
    const onStop = (): void => (this.#closing ? undefined : this.#teller.tell())
    this.#shutdown = new RunShutdown({
      runners: [this.#parts.runner, ...jobs.map((each) => each.runner)],
      log,
      onLastEpochs: changed,
      onStop,
    })
    const { cpuSlots, version, statusMs } = options
    const stopping = (): boolean => this.#shutdown.stopping
    this.#driver = new QueueDriver({ ...this.#parts, cpuSlots, stopping, diskFull: () => this.#parts.disk.full, log, onHours: changed })
    const { driver, shutdown } = { driver: this.#driver, shutdown: this.#shutdown }
    this.#teller = new StatusTeller({ ...this.#parts, version, driver, shutdown, broadcast: hooks.broadcast, repeatMs: statusMs })
    const stop = (mode: EndMode): Promise<void> => this.stop(mode)
    this.#server = this.#createServer(createEngineCalls({ options, parts: this.#parts, shutdown, teller: this.#teller, changed, stop }))
  }

  #createServer(handlers: Handlers): RpcServer {
    const path = this.#workspace.folder
    const folder = folderIdentity(path)
    const log = (message: string): void => this.#log.write(message)
    const identity = { pid: process.pid, version: this.#options.version, workspace: path, folder }
    return new RpcServer({
      socketPath: socketPath(path),
      token: this.#token,
      folder,
      dispatch: createDispatch(handlers, log),
      hello: () => (this.#shutdown.stopping || folderIdentity(path) !== folder ? null : identity),
      onClientsChanged: () => (this.#idleSince = performance.now()),
      log,
    })
  }

  /** Resolves when the engine has ended. */
  get ended(): Promise<void> {
    return this.#ended
  }

  /** Logs an unexpected error; the engine goes on. */
  logUnexpected(error: unknown): void {
    this.#log.write(`unexpected: ${describeError(error)}`)
  }

  /** Ends runs, connections and database, in this order. */
  async stop(mode: EndMode): Promise<void> {
    await this.#shutdown.stop(mode)
    this.#closing ??= this.#close()
    await this.#closing
  }

  async #boot(): Promise<this> {
    const { machine, store, jobs, places, runner } = this.#parts
    const { version } = this.#options
    this.#log.write(
      `engine ${version} starts: process ${process.pid}, Node ${process.version}, ${machine.cores} cores, ${machine.gpus.length} GPUs`,
    )
    const left = await recover(store, places.drivers.workspace, (message) => this.#log.write(message))
    for (const lease of left) runner.adopt(lease, places.slotOf(lease))
    for (const each of jobs) each.recover()
    await this.#server.listen()
    this.#parts.diskSpace.finishDeletions().catch((error: unknown) => this.logUnexpected(error))
    this.#files = new OwnFiles(this.#workspace, {
      pid: process.pid,
      socket: socketPath(this.#workspace.folder),
      token: this.#token,
      version,
    })
    this.#tick = setInterval(() => void this.#onTick(), tickMs)
    this.#changed()
    return this
  }

  async #close(): Promise<void> {
    const { datasets, jobs, journal, store, weights, places, propagations } = this.#parts
    if (this.#tick) clearInterval(this.#tick)
    this.#wakefulness.keep(false)
    this.#teller.close()
    this.#files?.removeAddress()
    await datasets.close()
    for (const each of jobs) await each.close()
    await weights.close()
    await places.close()
    await propagations.close()
    await this.#server.close()
    if (!this.#files?.logIsAnothers) {
      journal.flush('power-cut')
      store.close()
    }
    this.#log.write(`engine of process ${process.pid} ended`)
    this.#unlock()
    this.#end()
  }

  async #onTick(): Promise<void> {
    try {
      const end = this.#files?.check() ?? null
      if (end !== null) {
        this.#log.write(`process ${process.pid}: ${end}`)
        await this.stop('now')
        return
      }
      if (!this.#closing) await this.#server.listenAgainIfLost()
      const { runner, jobs, journal, disk, diskBudget, removal, whenDone, leftoverHours, store, places } = this.#parts
      runner.endSilent()
      for (const each of jobs) each.tick()
      places.tick()
      if (journal.backlog > longestBacklog) await runner.stopAll('now', 'backlog')
      const diskChanged = await disk.check()
      if (this.#closing) return
      if (diskChanged) this.#changed()
      if (!disk.full) removal.purge()
      diskBudget.check()
      this.#driver.drive()
      const { working } = this.#driver
      this.#wakefulness.keep(runner.busyHere || jobs.some((each) => each.busy))
      if (working) this.#teller.tellIfOld()
      leftoverHours.check(!working && !store.queue.paused && !disk.full && !this.#shutdown.stopping)
      whenDone.check(working || leftoverHours.looking)
      this.#exitWhenIdle()
    } catch (error) {
      this.logUnexpected(error)
    }
  }

  #exitWhenIdle(): void {
    const { runner, jobs, datasets, weights, propagations, calibration, whenDone } = this.#parts
    const works = [runner, ...jobs, datasets, weights, propagations, calibration].some(({ busy }) => busy)
    const busy = works || whenDone.ending !== null || this.#driver.ready
    if (this.#server.clients > 0 || busy) this.#idleSince = performance.now()
    else if (performance.now() - this.#idleSince >= this.#options.idleExitMs && !this.#shutdown.stopping) {
      this.#log.write('nothing to do and nobody connected')
      void this.stop('checkpoint')
    }
  }

  /** Looks for runs to start and tells clients, once for many changes. */
  #changed(): void {
    if (this.#closing) return
    this.#parts.forecaster.forget()
    this.#driver.driveSoon()
    this.#teller.tellSoon()
  }
}
