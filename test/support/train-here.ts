import type { DatasetManifest } from '../../src/common/data/dataset.ts'
import type { EpochRecord, LayerStatistic } from '../../src/common/records/records.ts'
import type { RunSettings } from '../../src/common/training/run-settings.ts'
import { createBackend } from '../../src/main/worker/create-backend.ts'
import type { TrainingOutcome } from '../../src/main/worker/jobs/train/observer.ts'
import { train } from '../../src/main/worker/jobs/train/train.ts'
import { cpuDevice } from '../../src/main/worker/machine/environment.ts'

/** Trains a run from start to end in this process, on one thread in fp32. */
export async function trainHere(
  settings: RunSettings,
  manifest: DatasetManifest,
  datasetFolder: string,
  checkpointFolder: string,
  streamed = false,
): Promise<{ outcome: TrainingOutcome; epochs: { record: EpochRecord; layers: LayerStatistic[] }[] }> {
  const epochs: { record: EpochRecord; layers: LayerStatistic[] }[] = []
  const input = {
    settings,
    settingsHash: 'here',
    manifest,
    datasetFolder,
    streamed,
    checkpointFolder,
    checkpoints: [],
    device: cpuDevice(1, 'fp32'),
  }
  const outcome = await train(
    input,
    {
      started: () => undefined,
      progress: () => undefined,
      step: () => undefined,
      epoch: (record, layers) => epochs.push({ record, layers }),
      checkpoint: () => undefined,
      checkpointRejected: (file, reason) => {
        throw new Error(`${file}: ${reason}`)
      },
      checkMessages: () => Promise.resolve('none'),
    },
    createBackend,
  )
  return { outcome, epochs }
}
