import { SkiplabError } from '../../../../common/failure.ts'
import type { Input } from '../../input/input-files.ts'
import type { SplitName } from '../../stored/dataset-folder.ts'
import type { DatasetWriter } from '../../stored/dataset-writer.ts'
import type { ProblemList } from '../problem-list.ts'
import type { ImportJob, SourceContents } from '../provider.ts'
import { RawCensus } from '../raw-census.ts'
import { readBinaryBatch } from './binary-batch.ts'
import { readPythonBatch } from './python-batch.ts'

export interface BatchPosition {
  readonly split: SplitName
  /** Index of the first image in its split. */
  readonly first: number
  /** Images that there must be. */
  readonly count: number
}

/** CIFAR's batches by their paths, in the binary or the Python form. */
export interface Batches {
  readonly form: 'binary' | 'python'
  readonly positions: ReadonlyMap<string, BatchPosition>
}

/** What the batches of CIFAR-10 and CIFAR-100 differ in. */
export interface BatchKind {
  readonly classes: readonly string[]
  /** Of a record of the binary form: two where a coarse label goes before. */
  readonly labelBytes: 1 | 2
  /** Name of the labels in the Python form. */
  readonly labelsKey: string
}

const imageBytes = 3 * 32 * 32
export const recordBytesOf = ({ labelBytes }: BatchKind): number => labelBytes + imageBytes

/** Adds a problem for a file of the binary form that has not as many bytes as its images take. */
export function expectRecords(kind: BatchKind, path: string, bytes: number, count: number, problems: ProblemList): void {
  const record = recordBytesOf(kind)
  const expected = count * record
  if (bytes === expected) return
  const mismatch =
    bytes < expected ? `it ends at offset ${bytes}, in image ${Math.floor(bytes / record)}` : `there is more from offset ${expected} on`
  problems.add(`${path}: expected ${expected} bytes (${count} images of ${record}), got ${bytes}: ${mismatch}`)
}

/** Writes all batches, and notes which images are equal. */
export async function writeBatches(input: Input, batches: Batches, kind: BatchKind, writer: DatasetWriter, job: ImportJob): Promise<void> {
  const census = new RawCensus(kind.classes)
  const total = [...batches.positions.values()].reduce((sum, { count }) => sum + count, 0)
  let done = 0
  for await (const file of input.files(job.signal)) {
    const position = batches.positions.get(file.path)
    if (!position) continue
    const { images, labels } = readBatch(await file.content(), `${input.location}: ${file.path}`, batches.form, kind, position.count)
    await writer.write(position.split, position.first, images, labels)
    census.add(position.split, position.first, images, labels)
    job.onProgress({ step: 'reading images', done: (done += labels.length), total, unit: 'images' })
  }
  writer.note(census.notes)
}

/** Reads all batches that are there and whole. @param problems those of their names and sizes, to which more are added */
export async function inspectBatches(
  input: Input,
  batches: Batches,
  kind: BatchKind,
  problems: ProblemList,
  { signal, onProgress }: Pick<ImportJob, 'signal' | 'onProgress'>,
): Promise<SourceContents> {
  const census = new RawCensus(kind.classes)
  const total = [...batches.positions.values()].reduce((sum, { count }) => sum + count, 0)
  let done = 0
  for await (const file of input.files(signal)) {
    const position = batches.positions.get(file.path)
    if (!position) continue
    const bytes = await file.content()
    // Of a file that is cut or too long, whole images count; that it is so is known by its size.
    const record = recordBytesOf(kind)
    const images = Math.min(position.count, Math.floor(bytes.length / record))
    const whole = batches.form === 'binary' ? bytes.subarray(0, images * record) : bytes
    try {
      const batch = readBatch(whole, `${input.location}: ${file.path}`, batches.form, kind, position.count)
      census.add(position.split, position.first, batch.images, batch.labels)
    } catch (error) {
      if (!(error instanceof SkiplabError)) throw error
      problems.addRefusal(error, input.location)
    }
    onProgress({ step: 'checking images', done: (done += position.count), total, unit: 'images' })
  }
  return { classes: census.classes, size: [32, 32], problems, notes: census.notes }
}

function readBatch(bytes: Buffer, where: string, form: Batches['form'], kind: BatchKind, count: number) {
  const { labelBytes, labelsKey, classes } = kind
  return form === 'binary'
    ? readBinaryBatch(bytes, where, { labelBytes, classCount: classes.length })
    : readPythonBatch(bytes, where, { labelsKey, classCount: classes.length, count })
}
