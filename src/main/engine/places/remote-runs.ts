import { join } from 'node:path'
import type { Device } from '../../../common/device.ts'
import type { RunSummary } from '../../../common/records/records.ts'
import type { TrainJob } from '../../../common/rpc/worker-protocol.ts'
import { dataTree } from '../../places/goods/data-tree.ts'
import { silenceLimitFor } from '../../places/local/watchdog.ts'
import type { JobAddress, Parcel } from '../../places/place.ts'
import { PlaceTrouble } from '../../places/place-trouble.ts'
import { type RemoteListener, RemoteWorker } from '../../places/remote/remote-worker.ts'
import { removeStrayCheckpoints } from '../../worker/checkpoint/checkpoint.ts'
import type { Slot } from '../machine/slot.ts'
import type { Store } from '../../store/store.ts'
import type { Places } from './places.ts'

/** Progress of sending is told at most so often, in milliseconds. */
const tellEveryMs = 500

interface RemoteRunsOptions {
  readonly store: Store
  readonly places: Places
  readonly checkpointsFolder: string
}

/** A run's attempt, to be started at the place of its slot. */
export interface RemoteStart {
  readonly run: RunSummary
  readonly attempt: number
  readonly slot: Slot
  readonly memoryBytes: number
  readonly expectedMs: number | null
  readonly job: TrainJob
  /** What it trained on before; null for a new run. */
  readonly pinned: Device | null
}

/** What a run hears of its worker at a place; that there is no room on the disk there concerns the place. */
export type RunListener = Omit<RemoteListener, 'diskFull'>

/** Starts workers at places, and takes up those that an earlier engine left there. */
export class RemoteRuns {
  readonly #options: RemoteRunsOptions

  constructor(options: RemoteRunsOptions) {
    this.#options = options
  }

  /** Tag of this workspace at its places. */
  get workspace(): string {
    return this.#options.places.drivers.workspace
  }

  /** @throws PlaceTrouble when there is no such place */
  start(begun: RemoteStart, listener: RunListener): RemoteWorker {
    const { run, attempt, slot, job } = begun
    return this.#worker(run, attempt, slot, job.checkpoints, run.lastEpoch?.epoch ?? 0, listener, () => this.#begin(begun))
  }

  /** Follows a job that is there already. */
  adopt(run: RunSummary, attempt: number, slot: Slot, left: { handle: string; offset: number }, listener: RunListener): RemoteWorker {
    const known = this.#options.store.checkpoints.valid(run.id).map(({ file }) => file)
    return this.#worker(run, attempt, slot, known, run.lastEpoch?.epoch ?? 0, listener, left)
  }

  #worker(
    run: RunSummary,
    attempt: number,
    slot: Slot,
    known: readonly string[],
    epochsSeen: number,
    listener: RunListener,
    begin: ConstructorParameters<typeof RemoteWorker>[0]['begin'],
  ): RemoteWorker {
    const { places, checkpointsFolder } = this.#options
    const name = slot.place ?? ''
    const place = places.get(name)
    if (!place?.driver) throw new PlaceTrouble('missing', `There is no place ${name} any more.`)
    place.take(run.id, slot)
    const checkpointFolder = join(checkpointsFolder, String(run.id))
    // As a worker of this machine does when it starts: an engine may have ended between fetching one and writing that down.
    removeStrayCheckpoints(checkpointFolder, known)
    let over = false
    return new RemoteWorker({
      place: place.driver,
      job: this.#address(run.id, attempt),
      checkpointFolder,
      known,
      epochsSeen,
      fetchEveryMs: place.stored.settings.fetchMinutes * 60_000,
      begin,
      listener: {
        ...listener,
        report: (report, offset) => listener.report(report, offset),
        diskFull: (words) => places.noteTrouble(name, fullDisk(name, words)),
        contact: (trouble) => {
          if (trouble) places.noteLost(name, trouble)
          else places.noteContact(name)
          listener.contact(trouble)
        },
        exit: (exit) => {
          if (over) return
          over = true
          places.noteEnd(name, run.id)
          listener.exit(exit)
        },
      },
    })
  }

  async #begin(begun: RemoteStart): Promise<string> {
    const { run, attempt, slot, job, memoryBytes, expectedMs, pinned } = begun
    const { places, store } = this.#options
    const place = places.require(slot.place ?? '')
    const { driver } = place
    if (!driver) throw new PlaceTrouble('missing', `The place ${place.name} cannot be used.`)
    let toldAt = 0
    const done = new Map<string, number>()
    try {
      const sent = await driver.send(await this.#parcel(job, run.id), (what, doneBytes, total) => {
        done.set(what, doneBytes)
        place.sending = { what, done: doneBytes, total }
        if (performance.now() - toldAt < tellEveryMs) return
        toldAt = performance.now()
        places.changed()
      })
      const { recipe } = run.settings
      return await driver.start({
        ...this.#address(run.id, attempt),
        start: { type: 'start', runId: run.id, attempt, device: slot.device, job },
        sent,
        device: place.wanted(slot, recipe.precision, pinned),
        memoryBytes,
        expectedMs,
        silenceMs: silenceLimitFor(run.multiplyAdds * recipe.batchSize),
      })
    } catch (error) {
      places.noteTrouble(place.name, error)
      throw error
    } finally {
      const sentBytes = [...done.values()].reduce((sum, bytes) => sum + bytes, 0)
      if (sentBytes > 0) store.write('program-crash', () => store.attempts.addTraffic(run.id, { sentBytes }))
      place.sending = null
      places.changed()
    }
  }

  async #parcel(job: TrainJob, runId: number): Promise<Parcel> {
    const { hashed } = this.#options.places.drivers
    const valid = this.#options.store.checkpoints.valid(runId).filter(({ file }) => job.checkpoints.includes(file))
    return {
      data: await dataTree(job.datasetFolder, hashed),
      weights: job.initialWeightsFile === undefined ? null : await hashed.blobOf(job.initialWeightsFile),
      checkpoints: valid.reverse().map((record) => ({ record, file: join(job.checkpointFolder, record.file) })),
    }
  }

  #address(runId: number, attempt: number): JobAddress {
    return { workspace: this.#options.places.drivers.workspace, runId, attempt }
  }
}

function fullDisk(place: string, words: string): PlaceTrouble {
  const wayOn = 'Make room there, or choose another folder.'
  return new PlaceTrouble('disk-full', `The disk of ${place} is full, or your quota there (${words.replace(/\.$/, '')}). ${wayOn}`)
}
