import type { JobState } from '../../common/places/job-state.ts'
import type { Partition, SlurmSettings, WantedDevice } from '../../common/places/place.ts'
import type { Shell } from './shell.ts'

/** A job whose folder lies ready at the place. */
export interface ReadyJob {
  /** `skiplab-<workspace>-r<run>-a<attempt>`: at most one job of this name ever starts. */
  readonly name: string
  /** Its folder there; output of a scheduler goes to `scheduler.log` in it. */
  readonly folder: string
  /** Program and arguments that train the run and return when it is over. On SIGTERM and SIGUSR1 they save a checkpoint and end. */
  readonly argv: readonly string[]
  readonly device: WantedDevice
  readonly memoryBytes: number
  readonly expectedMs: number | null
}

/** How jobs are started, watched and ended at a place: as processes of a machine, or by Slurm. Methods throw PlaceTrouble. */
export interface JobStarter {
  /** Starts a job. Asked again after an answer was lost, it finds the job by its name. @returns the handle */
  start(job: ReadyJob): Promise<string>
  /** Looks at many jobs at once. Handles that nothing is known of are `gone`. */
  states(handles: readonly string[]): Promise<ReadonlyMap<string, JobState>>
  cancel(handles: readonly string[]): Promise<void>
  /** What it offers, for the report; null where there is no scheduler. */
  partitions(): Promise<Partition[] | null>
}

/** Makes the starter of a Slurm place: `slurm/slurm-starter.ts`. */
export type MakeSlurmStarter = (shell: Shell, settings: SlurmSettings) => JobStarter
