import type { DatasetManifest } from '../../../common/data/dataset.ts'
import type { RunSettings } from '../../../common/training/run-settings.ts'
import type { RunData } from './batches/batch-source.ts'
import { readResidentData } from './resident/resident-data.ts'
import { openStreamedData } from './streamed/streamed-data.ts'

/**
 * Reads or opens a run's data.
 * @param streamThreads cores of a run whose images are read again for each batch; null for images that the backend holds
 * @throws SkiplabError bad-input naming file and offset
 */
export function readRunData(
  folder: string,
  manifest: DatasetManifest,
  settings: RunSettings,
  streamThreads: number | null,
): Promise<RunData> {
  return streamThreads === null ? readResidentData(folder, manifest, settings) : openStreamedData(folder, manifest, settings, streamThreads)
}
