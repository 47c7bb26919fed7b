import { appendFileSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Device } from '../../../common/device.ts'
import type { WantedDevice } from '../../../common/places/place.ts'
import { type CheckpointRecord, type WorkerReport, type WorkerStart, workerCommandSchema } from '../../../common/rpc/worker-protocol.ts'
import { cpuDevice, resolvePrecision, withoutForeignSwitches, workerEnvironment } from '../../worker/machine/environment.ts'
import { Watchdog } from '../local/watchdog.ts'
import { WorkerProcess, type WorkerExit, type WorkerLog } from '../local/worker-process.ts'
import { jobCheckpointsSchema, jobFiles, jobOrderSchema, type WrittenOrder } from '../job/job-files.ts'
import type { JobExit } from '../place.ts'
import { visibleGpu } from './visible-gpu.ts'
import { takeJob } from './job-lock.ts'

/** How often commands are looked for. */
const commandsEveryMs = 300
/** Time that a worker gets for a checkpoint once the system or a scheduler ends the job. */
const goodbyeMs = 100_000
/** Most that the worker's own words may take, in bytes. */
const longestLog = 5_000_000

/**
 * Trains one job from its folder to its end: starts the worker, writes its reports to the file of events, and passes on what stands in
 * the file of commands. Started again on the same folder, after the first process is gone, it goes on from the newest checkpoint.
 */
export async function launch(folder: string): Promise<number> {
  const order = jobOrderSchema.parse(JSON.parse(readFileSync(join(folder, jobFiles.order), 'utf8')))
  if (!takeJob(folder)) return 0
  const log = new JobLog(folder)
  const start = startOf(order, folder, log.checkpoints)
  const watchdog = new Watchdog(() => performance.now())
  const { runId } = start
  let tellExit: (exit: WorkerExit) => void
  const ended = new Promise<WorkerExit>((resolve) => (tellExit = resolve))
  const worker = new WorkerProcess(order.worker, environmentOf(order, start.device, folder), new WorkerFile(folder), {
    report: (report) => {
      watchdog.renew(runId)
      if (report.type === 'heartbeat') watchdog.allowSilence(runId, report.quietMs)
      log.report(report)
    },
    exit: (exit) => tellExit(exit),
  })
  watchdog.watch(runId, order.silenceMs)
  const silence = setInterval(() => {
    if (watchdog.expired().length > 0) worker.kill('the worker hung: it sent no message for longer than allowed; killed')
  }, 1_000)
  // A scheduler's warning before the time limit, the machine's shutdown, `scancel`: a checkpoint, then the end.
  for (const signal of ['SIGTERM', 'SIGUSR1'] as const)
    process.on(signal, () => {
      worker.send({ type: 'stop' })
      setTimeout(() => worker.kill('no checkpoint within the time before the end of the job; killed'), goodbyeMs).unref()
    })
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGUSR2'] as const) process.on(signal, () => undefined)
  worker.send(start)
  const commands = new CommandFile(join(folder, jobFiles.commands))
  const timer = setInterval(() => commands.read().forEach((command) => worker.send(command)), commandsEveryMs)
  log.exit(await ended)
  clearInterval(timer)
  clearInterval(silence)
  return 0
}

/** What the worker is told here: paths of this folder, the device that there is, and checkpoints of an earlier start. */
function startOf(order: WrittenOrder, folder: string, earlier: readonly CheckpointRecord[]): WorkerStart {
  const { start, device } = order
  if (start.job.kind !== 'train') throw new Error('only trainings run at a place')
  const checkpointFolder = join(folder, jobFiles.checkpointFolder)
  mkdirSync(checkpointFolder, { recursive: true })
  const checkpoints = earlier.map(({ file }) => file).reverse()
  return { ...start, device: deviceHere(device, start.device), job: { ...start.job, checkpointFolder, checkpoints } }
}

function deviceHere(wanted: WantedDevice, asked: Device): Device {
  const gpu = wanted.kind === 'cuda' ? visibleGpu(wanted.gpu) : null
  if (gpu) return { kind: 'cuda', name: gpu.name, threads: 1, precision: wanted.precision === 'auto' ? gpu.precision : wanted.precision }
  if (wanted.kind === 'cuda') return { ...asked, kind: 'cuda' }
  return cpuDevice(wanted.threads, resolvePrecision(wanted.precision))
}

function environmentOf(order: WrittenOrder, device: Device, folder: string): NodeJS.ProcessEnv {
  const temporary = join(folder, jobFiles.temporary)
  mkdirSync(temporary, { recursive: true })
  const { gpu } = order.device
  const onGpu = device.kind === 'cuda' && gpu !== null ? { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: String(gpu) } : {}
  return {
    ...withoutForeignSwitches(process.env),
    ...workerEnvironment(device),
    ...onGpu,
    SKIPLAB_BINDING: order.binding,
    TMPDIR: temporary,
  }
}

/** Writes the events of a job, and the list of its checkpoints. */
class JobLog {
  readonly #folder: string
  readonly #events: number
  checkpoints: CheckpointRecord[]

  constructor(folder: string) {
    this.#folder = folder
    this.#events = openSync(join(folder, jobFiles.events), 'a')
    this.checkpoints = readCheckpoints(folder)
  }

  report(report: WorkerReport): void {
    if (report.type === 'checkpoint') {
      this.checkpoints = [...this.checkpoints.filter(({ file }) => !report.removed.includes(file)), report.checkpoint]
      const file = join(this.#folder, jobFiles.checkpoints)
      writeFileSync(`${file}.new`, JSON.stringify(this.checkpoints))
      renameSync(`${file}.new`, file)
    }
    this.#append({ report })
    // What the engine will rely on must outlive the machine; the rest may be trained again.
    if (report.type === 'checkpoint' || report.type === 'epoch') fsyncSync(this.#events)
  }

  exit(exit: JobExit): void {
    this.#append({ exit })
    fsyncSync(this.#events)
    closeSync(this.#events)
  }

  #append(event: { report: WorkerReport } | { exit: JobExit }): void {
    writeSync(this.#events, `${JSON.stringify(event)}\n`)
  }
}

/** The worker's own words, in the job's folder. */
class WorkerFile implements WorkerLog {
  readonly #path: string
  #bytes = 0

  constructor(folder: string) {
    this.#path = join(folder, jobFiles.log)
  }

  write(line: string): void {
    this.#bytes += line.length + 1
    if (this.#bytes <= longestLog) appendFileSync(this.#path, `${line}\n`)
  }
}

function readCheckpoints(folder: string): CheckpointRecord[] {
  try {
    return jobCheckpointsSchema.parse(JSON.parse(readFileSync(join(folder, jobFiles.checkpoints), 'utf8')))
  } catch {
    return []
  }
}

/** Reads what was appended to the file of commands since the last time. */
class CommandFile {
  readonly #path: string
  #lines = 0

  constructor(path: string) {
    this.#path = path
    appendFileSync(path, '')
  }

  read(): Exclude<ReturnType<typeof workerCommandSchema.parse>, WorkerStart>[] {
    const lines = readFileSync(this.#path, 'utf8').split('\n').slice(0, -1)
    const fresh = lines.slice(this.#lines)
    this.#lines = lines.length
    return fresh.flatMap((line) => {
      const command = workerCommandSchema.safeParse(parseJson(line))
      return command.success && command.data.type !== 'start' ? [command.data] : []
    })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
