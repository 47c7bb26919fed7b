import { basename } from 'node:path'
import { SkiplabError } from '../../../../common/failure.ts'
import type { DatasetWriter } from '../../stored/dataset-writer.ts'
import { decodeImage } from '../../decode/decode-image.ts'
import type { DownloadSource } from '../../input/download.ts'
import { workOnFiles } from '../../input/in-parallel.ts'
import { hashFile } from '../../stored/hash-file.ts'
import { openInput, type Input } from '../../input/input-files.ts'
import { isLitter } from '../../input/litter.ts'
import { importArchive } from '../import-archive.ts'
import { ProblemList } from '../problem-list.ts'
import type { DatasetProvider, ImportJob, SourceContents } from '../provider.ts'
import { RawCensus } from '../raw-census.ts'
import { inspectBatches, writeBatches } from './batches.ts'
import {
  cifar10Batches,
  cifar10Classes,
  couldMatter,
  findBatches,
  officialSize,
  readLayout,
  type Cifar10Layout,
  type Cifar10Size,
} from './layout.ts'

export const officialArchive: DownloadSource = {
  url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
  md5: 'c32a1d4ab5d03f1284b67883e8d87530',
  fileName: 'cifar-10-binary.tar.gz',
}

/**
 * CIFAR-10 (Krizhevsky 2009): 50,000 and 10,000 images of ten classes, 32x32. Takes the official binary or Python archive, its
 * unpacked folder, or train/<class> and test/<class> with PNG or JPEG images in a folder or a tar, tar.gz or tar.xz;
 * downloads the official archive when nothing is given. Size and archive are those of the real one except in tests.
 */
export function cifar10Provider(size: Cifar10Size = officialSize, archive: DownloadSource = officialArchive): DatasetProvider {
  return {
    name: 'cifar10',
    run: (job) => importArchive(archive, job, (from) => importFrom(from, job, size, archive.md5)),
    inspect: (input, job) => inspect(input, job, size, archive.md5),
  }
}

async function importFrom(from: string, job: ImportJob, size: Cifar10Size, archiveMd5: string) {
  const input = await openInput(from)
  job.onProgress({ step: 'reading file names', done: 0, total: null, unit: 'files' })
  const layout = await readLayout(input, size, job.signal)
  const source = await describeSource(input, layout, archiveMd5, job.signal)
  const perClass = { train: size.trainPerClass, test: size.testPerClass }
  const counts =
    layout.form !== 'images'
      ? { train: 5 * size.batchImages, test: size.batchImages }
      : { train: perClass.train * cifar10Classes.length, test: perClass.test * cifar10Classes.length }
  const description = {
    title: 'CIFAR-10',
    classes: [...cifar10Classes],
    image: { size: 'fixed' as const, height: 32, width: 32, channels: 3 },
    source,
  }
  const total = counts.train + counts.test
  const progress = (done: number) => job.onProgress({ step: 'reading images', done, total, unit: 'images' })
  return job.write(description, counts, (writer) =>
    layout.form !== 'images'
      ? writeBatches(input, layout, cifar10Batches, writer, job)
      : fillFromImages(input, layout, writer, progress, job.signal),
  )
}

/** Reads all batches; what an import would refuse is among the problems. */
async function inspect(
  input: Input,
  job: Pick<ImportJob, 'signal' | 'onProgress'>,
  size: Cifar10Size,
  archiveMd5: string,
): Promise<SourceContents> {
  const problems = new ProblemList()
  const files: { path: string; size: number }[] = []
  for await (const { path, size: bytes, otherwise } of input.files(job.signal)) {
    if (isLitter(path)) continue
    if (otherwise === null) files.push({ path, size: bytes })
    else if (couldMatter(path)) problems.add(`${path} is ${otherwise}, which is not followed: put what it stands for in its place`)
  }
  const batches = findBatches(files, size, problems)
  if (!batches) return { classes: [], size: null, problems, notes: [] }
  try {
    await describeSource(input, batches, archiveMd5, job.signal)
  } catch (error) {
    if (!(error instanceof SkiplabError)) throw error
    problems.addRefusal(error, input.location)
  }
  return inspectBatches(input, batches, cifar10Batches, problems, job)
}

async function describeSource(input: Input, layout: Cifar10Layout, archiveMd5: string, signal?: AbortSignal): Promise<string> {
  const words = { binary: 'Folder of the official binary batches', python: 'Folder of Python batches', images: 'Folder of images' }
  if (input.kind === 'folder') return words[layout.form]
  const name = basename(input.location)
  if (layout.form !== 'binary') {
    const kind = layout.form === 'images' ? 'images' : 'Python batches'
    return `Archive of ${kind} ${name}, SHA-256 ${await hashFile(input.location, 'sha256', signal)}`
  }
  const md5 = await hashFile(input.location, 'md5', signal)
  if (md5 === archiveMd5) return `Official binary archive ${name}, MD5 ${md5}`
  throw new SkiplabError(
    'bad-input',
    `${input.location}: MD5 ${md5}, expected ${archiveMd5} of the official binary archive: it is damaged or packed anew. ` +
      'If you trust its batches, unpack it and give the folder.',
  )
}

async function fillFromImages(
  input: Input,
  layout: Extract<Cifar10Layout, { form: 'images' }>,
  writer: DatasetWriter,
  progress: (done: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  let done = 0
  const census = new RawCensus(cifar10Classes)
  await workOnFiles(
    input,
    layout.images,
    async (encoded, position, { path }) => {
      const pixels = await decodeImage(encoded, 32, 32, `${input.location}: ${path}`)
      await writer.write(position.split, position.first, pixels, Uint8Array.of(position.label))
      census.add(position.split, position.first, pixels, Uint8Array.of(position.label))
      if (++done % 500 === 0) progress(done)
    },
    signal,
  )
  progress(done)
  writer.note(census.notes)
}
