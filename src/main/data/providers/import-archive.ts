import type { DatasetManifest } from '../../../common/data/dataset.ts'
import { download, type DownloadSource } from '../input/download.ts'
import type { ImportJob } from './provider.ts'

/**
 * Imports what the job was given, or the official archive, which is downloaded and removed once it has been imported.
 * @throws SkiplabError as `download` and the import do; a download stays then, and the next call goes on from it
 */
export async function importArchive(
  archive: DownloadSource,
  job: ImportJob,
  importFrom: (path: string) => Promise<DatasetManifest>,
): Promise<DatasetManifest> {
  if (job.from !== null) return importFrom(job.from)
  const { path, discard } = await download(archive, job)
  const manifest = await importFrom(path)
  await discard()
  return manifest
}
