import { basename } from 'node:path'
import { cifar100Classes } from '../../../../common/data/class-names.ts'
import type { DownloadSource } from '../../input/download.ts'
import { openInput, type Input } from '../../input/input-files.ts'
import { hashFile } from '../../stored/hash-file.ts'
import { type Batches, type BatchKind, type BatchPosition, expectRecords, inspectBatches, writeBatches } from '../cifar10/batches.ts'
import { isLitter } from '../../input/litter.ts'
import { importArchive } from '../import-archive.ts'
import { listed, ProblemList } from '../problem-list.ts'
import type { DatasetProvider, ImportJob, SourceContents } from '../provider.ts'

const officialArchive: DownloadSource = {
  url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
  md5: '03b5dce01913d631647c71ecec9e9cb8',
  fileName: 'cifar-100-binary.tar.gz',
}
const splits = ['train', 'test'] as const
const cifar100Batches: BatchKind = { classes: cifar100Classes, labelBytes: 2, labelsKey: 'fine_labels' }
/** Images of each split. The official data set's are the default; smaller ones serve tests. */
type Cifar100Size = Readonly<Record<(typeof splits)[number], number>>
const officialSize: Cifar100Size = { train: 50_000, test: 10_000 }

/**
 * CIFAR-100 (Krizhevsky 2009): 50,000 and 10,000 images of a hundred classes, 32x32, with their fine labels. Takes the official binary or
 * Python archive or its unpacked folder; downloads the binary one when nothing is given.
 */
export function cifar100Provider(size: Cifar100Size = officialSize, archive: DownloadSource = officialArchive): DatasetProvider {
  return {
    name: 'cifar100',
    run: (job) => importArchive(archive, job, (from) => importFrom(from, job, size)),
    inspect: (input, job) => inspect(input, job, size),
  }
}

async function importFrom(from: string, job: ImportJob, size: Cifar100Size) {
  const input = await openInput(from)
  job.onProgress({ step: 'reading file names', done: 0, total: null, unit: 'files' })
  const problems = new ProblemList()
  const batches = await findBatches(input, size, problems, job.signal)
  problems.refuse(input.location)
  const description = {
    title: 'CIFAR-100',
    classes: [...cifar100Classes],
    image: { size: 'fixed' as const, height: 32, width: 32, channels: 3 },
    source: await sourceOf(input, batches.form, job.signal),
  }
  return job.write(description, size, (writer) => writeBatches(input, batches, cifar100Batches, writer, job))
}

async function inspect(input: Input, job: Pick<ImportJob, 'signal' | 'onProgress'>, size: Cifar100Size): Promise<SourceContents> {
  const problems = new ProblemList()
  const batches = await findBatches(input, size, problems, job.signal)
  return inspectBatches(input, batches, cifar100Batches, problems, job)
}

/** `train.bin` and `test.bin`, or `train` and `test` beside `meta`; what is missing, there twice, cut or too long is a problem. */
async function findBatches(input: Input, size: Cifar100Size, problems: ProblemList, signal?: AbortSignal): Promise<Batches> {
  const sizes = new Map<string, number>()
  for await (const { path, size: bytes, otherwise } of input.files(signal))
    if (!isLitter(path) && otherwise === null) sizes.set(path, bytes)
  const named = (name: string) => [...sizes.keys()].filter((path) => path === name || path.endsWith(`/${name}`))
  const form = splits.some((split) => named(`${split}.bin`).length > 0) ? 'binary' : 'python'
  const positions = new Map<string, BatchPosition>()
  const found = splits.map((split) => [split, named(form === 'binary' ? `${split}.bin` : split)] as const)
  if (found.some(([, paths]) => paths.length !== 1))
    problems.add(
      "expected train.bin and test.bin of CIFAR-100's binary version, or train and test of its Python version, each once; got " +
        listed([...sizes.keys()], 8).replace(/^$/, 'nothing'),
    )
  for (const [split, [path]] of found) {
    if (path === undefined) continue
    if (form === 'binary') expectRecords(cifar100Batches, path, sizes.get(path)!, size[split], problems)
    positions.set(path, { split, first: 0, count: size[split] })
  }
  return { form, positions }
}

async function sourceOf(input: Input, form: 'binary' | 'python', signal?: AbortSignal): Promise<string> {
  const words = form === 'binary' ? 'binary batches' : 'Python batches'
  if (input.kind === 'folder') return `Folder of ${words}`
  return `Archive of ${words} ${basename(input.location)}, MD5 ${await hashFile(input.location, 'md5', signal)}`
}
