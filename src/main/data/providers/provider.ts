import type { DatasetManifest } from '../../../common/data/dataset.ts'
import type { ImportOptions } from '../../../common/data/import-options.ts'
import type { Inspection } from '../../../common/data/inspection.ts'
import type { DatasetProgress } from '../../../common/records/records.ts'
import type { Input } from '../input/input-files.ts'
import type { DatasetDescription, DatasetWriter, SplitCounts } from '../stored/dataset-writer.ts'
import type { ProblemList } from './problem-list.ts'

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
    description: Omit<DatasetDescription, 'name' | 'asked'>,
    counts: SplitCounts,
    fill: (writer: DatasetWriter) => Promise<void>,
  ) => Promise<DatasetManifest>
}

/** What files hold, all of them read. */
export interface SourceContents {
  readonly classes: Inspection['classes']
  /** Height and width of the images; null where none was found. */
  readonly size: readonly [number, number] | null
  readonly problems: ProblemList
  readonly notes: readonly string[]
}

/** Knows how one built-in data set is made. */
export interface DatasetProvider {
  readonly name: string
  /** Whether it heeds what is asked of an import of images: sizes, classes, shares. */
  readonly takesOptions?: boolean
  readonly run: (job: ImportJob) => Promise<DatasetManifest>
  /** Reads files that are known by name, for a look at what an import would make of them. */
  readonly inspect?: (input: Input, job: Pick<ImportJob, 'signal' | 'onProgress'>) => Promise<SourceContents>
}
