import type { Device } from '../../../common/device.ts'
import type { RunProgress, RunSummary } from '../../../common/records/records.ts'
import type { Estimate } from '../../../common/sweep/forecast.ts'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../journal/journal.ts'
import type { Datasets } from '../library/datasets.ts'
import type { InitialWeightFiles } from '../library/initial-weight-files.ts'
import type { Slot } from '../machine/slot.ts'
import type { RemoteRuns } from '../places/remote-runs.ts'

export interface RunnerOptions {
  readonly store: Store
  readonly journal: Journal
  readonly datasets: Datasets
  readonly checkpointsFolder: string
  readonly initialWeights: InitialWeightFiles
  readonly logsFolder: string
  readonly workerScript: string
  readonly workerEnvironment: (slot: Slot) => NodeJS.ProcessEnv
  readonly log: (message: string) => void
  readonly remote: RemoteRuns
  /** Memory of a place, in bytes; null where it is not known. */
  readonly memoryAt: (place: string | undefined) => number | null
  /** Estimates what a run will take on a device of a place, or of this machine; null when no speed is known. */
  readonly estimate: (run: RunSummary, device: Device, place?: string) => Estimate | null
  readonly publishProgress: (progress: RunProgress) => void
  /** Called when a slot became free, or a run may start again. */
  readonly onFree: () => void
  /** Time that a worker gets to write a checkpoint, besides that of a long step; for tests. */
  readonly stopGraceMs?: number
}
