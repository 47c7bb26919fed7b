import type { DatasetManifest } from '../../../common/data/dataset.ts'
import type { ImportOptions } from '../../../common/data/import-options.ts'
import type { DatasetProgress } from '../../../common/records/records.ts'
import type { DatasetDescription, DatasetWriter, SplitCounts } from '../stored/dataset-writer.ts'

export interface ImportJob {
  /** Under which the data set is stored. */
  readonly name: string
  /** Absolute path of an archive or folder; null to generate or download. */
  readonly from: string | null
  /** What is asked of it; most data sets have nothing to ask. */
  readonly options: ImportOptions
  readonly datasetsFolder: string
  readonly signal: AbortSignal | undefined
  readonly onProgress: (progress: Omit<DatasetProgress, 'dataset'>) => void
  /** Opens the files of the data set; called once, when the counts are known and the input has been found good. */
  readonly write: (
    description: Omit<DatasetDescription, 'name'>,
    counts: SplitCounts,
    fill: (writer: DatasetWriter) => Promise<void>,
  ) => Promise<DatasetManifest>
}

/** Knows how one built-in data set is made. */
export interface DatasetProvider {
  readonly name: string
  /** Whether it heeds what is asked of an import of images: sizes, classes, shares. */
  readonly takesOptions?: boolean
  readonly run: (job: ImportJob) => Promise<DatasetManifest>
}
