import type { JobState } from '../../common/places/job-state.ts'
import type { PlaceReport, WantedDevice } from '../../common/places/place.ts'
import type { CheckpointRecord, WorkerCommand, WorkerReport, WorkerStart } from '../../common/rpc/worker-protocol.ts'

/** A run's attempt at a place. The workspace, the run and the attempt fence it: no two jobs are the same. */
export interface JobAddress {
  /** Fingerprint of the workspace, so that several share a place. */
  readonly workspace: string
  readonly runId: number
  readonly attempt: number
}

/** A file that a place is to have, by content. */
export interface Blob {
  /** SHA-256 of the contents, hex. */
  readonly sha256: string
  readonly bytes: number
  /** Path of a copy on this machine. */
  readonly file: string
}

/** A folder that a place is to have: paths inside it, with `/`, and their contents. */
export interface Tree {
  /** What it is, for people and for the folder's name: `program`, `runtime`, `data`. */
  readonly name: string
  readonly files: ReadonlyMap<string, Blob & { readonly executable?: boolean }>
}

/** A checkpoint with its path on this machine. */
export interface CheckpointFile {
  readonly record: CheckpointRecord
  readonly file: string
}

/** What a run needs there besides the programs. */
export interface Parcel {
  readonly data: Tree
  readonly weights: Blob | null
  /** To go on from, oldest first. */
  readonly checkpoints: readonly CheckpointFile[]
}

/** Where a parcel's contents lie at the place. */
export interface SentParcel {
  readonly node: string
  readonly launcher: string
  readonly worker: string
  readonly binding: string
  readonly datasetFolder: string
  readonly initialWeightsFile: string | null
  /** Oldest first. */
  readonly checkpoints: readonly CheckpointRecord[]
}

/** A run's attempt, to be started. */
export interface JobOrder extends JobAddress {
  readonly start: WorkerStart
  readonly sent: SentParcel
  readonly device: WantedDevice
  readonly memoryBytes: number
  /** What the run is expected to take, in milliseconds; null where no speed is known. */
  readonly expectedMs: number | null
  /** Silence after which the worker is killed there, besides what it announces. */
  readonly silenceMs: number
}

/** How the worker's process ended there. */
export interface JobExit {
  readonly code: number | null
  readonly signal: string | null
  readonly lastOutput: string | null
  readonly killedFor: string | null
  readonly oomKillSeen: boolean | null
}

export type JobEvent = { readonly report: WorkerReport } | { readonly exit: JobExit }

export interface FollowListener {
  /** @param offset bytes of the file of events up to the end of this one: where to go on after it */
  event(event: JobEvent, offset: number): void
  /** How the job stands, whenever that changed; also when there are no events yet. */
  state(state: JobState): void
  /** The connection is gone, or back (null). Events go on where they stopped. */
  contact(trouble: Error | null): void
}

/** Bytes that went over the wire. */
export interface Traffic {
  readonly sentBytes: number
  readonly fetchedBytes: number
}

/** Where workers can run. Every method but `follow` throws PlaceTrouble. */
export interface Place {
  readonly name: string
  readonly traffic: Traffic
  /** Looks the place over. */
  probe(): Promise<PlaceReport>
  /** Brings what the place lacks, by content. Interrupted anywhere, it goes on there the next time. */
  send(parcel: Parcel, onProgress: (what: string, done: number, total: number) => void): Promise<SentParcel>
  /** Starts a job, once: asked again for the same address, it returns the same handle. @returns a handle for the database */
  start(order: JobOrder): Promise<string>
  /** Reports a job's events after `offset` until `close`. Lost connections are made again. */
  follow(job: JobAddress, handle: string, offset: number, listener: FollowListener): { close(): void }
  /** Tells the worker something; the word is kept there until the worker has read it. */
  tell(job: JobAddress, command: Exclude<WorkerCommand, WorkerStart>): Promise<void>
  /** Lists the checkpoints that a job has now, oldest first. */
  checkpoints(job: JobAddress): Promise<CheckpointRecord[]>
  /** Copies a checkpoint here, whole and checked, or not at all. @returns false when it is gone there */
  fetch(job: JobAddress, checkpoint: CheckpointRecord, target: string): Promise<boolean>
  /** Ends a job at once, whether it waits or runs. */
  cancel(job: JobAddress, handle: string | null): Promise<void>
  /** Lists the jobs of a workspace that have not ended there, to find those whose run was given away. */
  jobs(workspace: string): Promise<(JobAddress & { handle: string | null })[]>
  /** Removes jobs that are over, and what no job has used for long. */
  clean(workspace: string, keep: readonly JobAddress[]): Promise<void>
  close(): Promise<void>
}
