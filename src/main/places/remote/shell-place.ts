import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { PlaceReport } from '../../../common/places/place.ts'
import type { CheckpointRecord } from '../../../common/rpc/worker-protocol.ts'
import { programPaths } from '../goods/program-tree.ts'
import { nodePath } from '../goods/runtime-tree.ts'
import { tryOnce } from '../goods/scripts.ts'
import { Sender } from '../goods/sender.ts'
import { AgentLink } from '../job/agent-link.ts'
import type { AgentClient } from '../job/agent-client.ts'
import { jobFiles } from '../job/job-files.ts'
import type { JobStarter } from '../job-starter.ts'
import { lookPlaceOver } from './look-over.ts'
import type { FollowListener, JobAddress, JobOrder, Parcel, Place, SentParcel, Traffic, Tree } from '../place.ts'
import { PlaceTrouble } from '../place-trouble.ts'
import type { Shell } from '../shell.ts'
import { Turns } from '../turns.ts'

/** Most files that are fetched side by side. */
const fetchesAtOnce = 3
/** How long what no run uses stays at a place. */
const unusedMs = 30 * 86_400_000

export interface ShellPlaceOptions {
  readonly name: string
  readonly shell: Shell
  /** Fingerprint of the workspace. */
  readonly workspace: string
  /** Folder there, may begin with `~`. */
  readonly folder: string
  /** How jobs are started, given the way to the agent there. */
  readonly starter: (agent: () => Promise<AgentClient>) => JobStarter
  /** How often jobs' states are asked for, in milliseconds. */
  readonly statesEveryMs: number
  /** Programs that the agent runs with; sent before anything else. @returns binding: its path in the runtime */
  readonly programs: () => Promise<{ readonly program: Tree; readonly runtime: Tree; readonly binding: string }>
}

/** A place that is reached through a shell: another machine, or a cluster's login node. */
export class ShellPlace implements Place {
  readonly name: string
  readonly #options: ShellPlaceOptions
  readonly #sender: Sender
  readonly #link: AgentLink
  readonly #starter: JobStarter
  readonly #fetches = new Turns(fetchesAtOnce)
  #fetchedBytes = 0
  #tried: Promise<void> | null = null

  constructor(options: ShellPlaceOptions) {
    this.name = options.name
    this.#options = options
    this.#sender = new Sender(options.shell, options.workspace, options.folder)
    this.#link = new AgentLink({
      shell: options.shell,
      programs: () => this.#sendPrograms(() => undefined),
      states: (handles) => this.#starter.states(handles),
      statesEveryMs: options.statesEveryMs,
    })
    this.#starter = options.starter(() => this.#link.client())
  }

  get traffic(): Traffic {
    return { sentBytes: this.#sender.sentBytes, fetchedBytes: this.#fetchedBytes + this.#link.readBytes }
  }

  async probe(): Promise<PlaceReport> {
    const { shell, folder } = this.#options
    const report = await lookPlaceOver(shell, folder)
    const here = `${process.platform}-${process.arch}`
    if (report.platform !== here) {
      const cause = `${shell.where} is ${report.platform}, this machine ${here}`
      const words = `${cause}: its TensorFlow cannot be carried there. Use a place of the same kind.`
      throw new PlaceTrouble('platform', words)
    }
    return { ...report, partitions: await this.#starter.partitions() }
  }

  async send(parcel: Parcel, onProgress: (what: string, done: number, total: number) => void): Promise<SentParcel> {
    const programs = await this.#sendPrograms(onProgress)
    const datasetFolder = await this.#sender.sendTree(parcel.data, (done, total) => onProgress('data set', done, total))
    const checkpointBlobs = parcel.checkpoints.map(({ record: { sha256, bytes }, file }) => ({ sha256, bytes, file }))
    const blobs = [...(parcel.weights ? [parcel.weights] : []), ...checkpointBlobs]
    await this.#sender.sendBlobs(blobs, (done, total) => onProgress('weights', done, total))
    const store = `${await this.#sender.folder()}/store`
    const initialWeightsFile = parcel.weights && `${store}/${parcel.weights.sha256}`
    return { ...programs, datasetFolder, initialWeightsFile, checkpoints: parcel.checkpoints.map(({ record }) => record) }
  }

  async start(order: JobOrder): Promise<string> {
    const { start, sent, device, memoryBytes, expectedMs, silenceMs, workspace } = order
    if (start.job.kind !== 'train') throw new PlaceTrouble('broken', 'Only trainings run at a place.')
    const agent = await this.#link.client()
    const folder = await this.#jobFolder(order)
    const { datasetFolder, initialWeightsFile, node, launcher, worker, binding } = sent
    const { initialWeightsFile: _, ...job } = start.job
    const there = { ...job, datasetFolder, checkpointFolder: '', ...(initialWeightsFile !== null && { initialWeightsFile }) }
    await agent.request({
      do: 'prepare',
      folder,
      order: { workspace, start: { ...start, job: there }, worker, binding, device, silenceMs },
      store: `${await this.#sender.folder()}/store`,
      checkpoints: [...sent.checkpoints],
    })
    const name = `skiplab-${workspace}-${jobName(order)}`
    const handle = await this.#starter.start({ name, folder, argv: [node, launcher, 'launch', folder], device, memoryBytes, expectedMs })
    await agent.request({ do: 'handle', folder, handle })
    return handle
  }

  follow(job: JobAddress, handle: string, offset: number, listener: FollowListener): { close(): void } {
    return this.#link.follow(() => this.#jobFolder(job), handle, offset, listener)
  }

  async tell(job: JobAddress, command: { readonly type: 'stop' | 'stop-after-epoch' }): Promise<void> {
    const agent = await this.#link.client()
    await agent.request({ do: 'tell', folder: await this.#jobFolder(job), type: command.type })
  }

  async checkpoints(job: JobAddress): Promise<CheckpointRecord[]> {
    const agent = await this.#link.client()
    return agent.request({ do: 'checkpoints', folder: await this.#jobFolder(job) })
  }

  fetch(job: JobAddress, checkpoint: CheckpointRecord, target: string): Promise<boolean> {
    return this.#fetches.take(() => this.#fetch(job, checkpoint, target))
  }

  async #fetch(job: JobAddress, checkpoint: CheckpointRecord, target: string): Promise<boolean> {
    const { shell } = this.#options
    const source = `${await this.#jobFolder(job)}/${jobFiles.checkpointFolder}/${checkpoint.file}`
    // Named as a worker's own unfinished ones, which the next attempt removes.
    const part = join(dirname(target), `.${basename(target)}.${process.pid}.incoming`)
    await mkdir(dirname(target), { recursive: true })
    const command = shell.open(['cat', source])
    command.stdin.end()
    const hash = createHash('sha256')
    const meter = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        hash.update(chunk)
        this.#fetchedBytes += chunk.length
        done(null, chunk)
      },
    })
    try {
      const written = await pipeline(command.stdout, meter, createWriteStream(part, { flush: true })).catch((error: unknown) => error)
      const { code, stderr } = await command.ended
      const trouble = shell.troubleOf(code, stderr)
      if (trouble) throw trouble
      if (code !== 0) return false
      if (written instanceof Error) throw written
      if (hash.digest('hex') !== checkpoint.sha256) return false
      await rename(part, target)
      return true
    } finally {
      await rm(part, { force: true })
    }
  }

  async cancel(job: JobAddress, handle: string | null): Promise<void> {
    const agent = await this.#link.client()
    const folder = await this.#jobFolder(job)
    if (handle !== null) await this.#starter.cancel([handle])
    await agent.request({ do: 'kill', folder })
  }

  async jobs(workspace: string): Promise<(JobAddress & { handle: string | null })[]> {
    const agent = await this.#link.client()
    const found = await agent.request({ do: 'jobs', folder: `${await this.#sender.folder()}/jobs/${workspace}` })
    return found.flatMap(({ name, handle }) => {
      const match = /^r(\d+)-a(\d+)$/.exec(name)
      return match ? [{ workspace, runId: Number(match[1]), attempt: Number(match[2]), handle }] : []
    })
  }

  async clean(workspace: string, keep: readonly JobAddress[]): Promise<void> {
    const agent = await this.#link.client()
    await agent.request({ do: 'clean', root: await this.#sender.folder(), workspace, keep: keep.map(jobName), unusedMs })
  }

  async close(): Promise<void> {
    this.#link.close()
    await this.#options.shell.close()
  }

  async #jobFolder(job: JobAddress): Promise<string> {
    return `${await this.#sender.folder()}/jobs/${job.workspace}/${jobName(job)}`
  }

  /** Brings programs and runtime, and tries whether TensorFlow loads there, once for each runtime. */
  async #sendPrograms(
    onProgress: (what: string, done: number, total: number) => void,
  ): Promise<Pick<SentParcel, 'node' | 'launcher' | 'worker' | 'binding'>> {
    const { programs } = this.#options
    const { program, runtime, binding } = await programs()
    const runtimeFolder = await this.#sender.sendTree(runtime, (done, total) => onProgress('TensorFlow and Node', done, total))
    const programFolder = await this.#sender.sendTree(program, (done, total) => onProgress('program', done, total))
    const sent = {
      node: `${runtimeFolder}/${nodePath}`,
      launcher: `${programFolder}/${programPaths.launcher}`,
      worker: `${programFolder}/${programPaths.worker}`,
      binding: `${runtimeFolder}/${binding}`,
    }
    // Once, however many runs start at a time.
    this.#tried ??= this.#tryTensorFlow(runtimeFolder, sent).catch((error: unknown) => {
      this.#tried = null
      throw error
    })
    await this.#tried
    return sent
  }

  async #tryTensorFlow(runtime: string, { node, launcher, binding }: Pick<SentParcel, 'node' | 'launcher' | 'binding'>): Promise<void> {
    const { shell } = this.#options
    const { code, stderr } = await shell.run(['sh', '-c', tryOnce, 'sh', runtime, node, launcher, 'try', binding], { timeoutMs: 120_000 })
    if (code === 0) return
    this.#sender.forget()
    const said = stderr.trim().split('\n').at(-1) ?? `code ${code}`
    throw new PlaceTrouble('broken', `TensorFlow does not load on ${shell.where}: ${said}`)
  }
}

function jobName({ runId, attempt }: JobAddress): string {
  return `r${runId}-a${attempt}`
}
