import { basename } from 'node:path'
import { cifar100Classes } from '../../../../common/data/class-names.ts'
import { SkiplabError } from '../../../../common/failure.ts'
import type { DownloadSource } from '../../input/download.ts'
import { openInput, type Input } from '../../input/input-files.ts'
import { hashFile } from '../../stored/hash-file.ts'
import { readBinaryBatch } from '../cifar10/binary-batch.ts'
import { readPythonBatch } from '../cifar10/python-batch.ts'
import { isLitter } from '../../input/litter.ts'
import { importArchive } from '../import-archive.ts'
import type { DatasetProvider, ImportJob } from '../provider.ts'

const officialArchive: DownloadSource = {
  url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
  md5: '03b5dce01913d631647c71ecec9e9cb8',
  fileName: 'cifar-100-binary.tar.gz',
}
const splits = ['train', 'test'] as const
const recordBytes = 2 + 3 * 32 * 32
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
  }
}

async function importFrom(from: string, job: ImportJob, size: Cifar100Size) {
  const input = await openInput(from)
  job.onProgress({ step: 'reading file names', done: 0, total: null, unit: 'files' })
  const { form, paths } = await findBatches(input, size, job.signal)
  const description = {
    title: 'CIFAR-100',
    classes: [...cifar100Classes],
    image: { size: 'fixed' as const, height: 32, width: 32, channels: 3 },
    source: await sourceOf(input, form, job.signal),
  }
  const total = size.train + size.test
  return job.write(description, size, async (writer) => {
    let done = 0
    for await (const file of input.files(job.signal)) {
      const split = paths.get(file.path)
      if (!split) continue
      const [bytes, where] = [await file.content(), `${input.location}: ${file.path}`]
      const classCount = cifar100Classes.length
      const { images, labels } =
        form === 'binary'
          ? readBinaryBatch(bytes, where, { labelBytes: 2, classCount })
          : readPythonBatch(bytes, where, { labelsKey: 'fine_labels', classCount, count: size[split] })
      await writer.write(split, 0, images, labels)
      job.onProgress({ step: 'reading images', done: (done += labels.length), total, unit: 'images' })
    }
  })
}

/** `train.bin` and `test.bin`, or `train` and `test` beside `meta`, in one folder. */
async function findBatches(
  input: Input,
  size: Cifar100Size,
  signal?: AbortSignal,
): Promise<{ form: 'binary' | 'python'; paths: ReadonlyMap<string, (typeof splits)[number]> }> {
  const sizes = new Map<string, number>()
  for await (const { path, size: bytes, otherwise } of input.files(signal))
    if (!isLitter(path) && otherwise === null) sizes.set(path, bytes)
  for (const form of ['binary', 'python'] as const) {
    const nameOf = (split: string) => (form === 'binary' ? `${split}.bin` : split)
    const found = splits.map((split) => [...sizes.keys()].filter((path) => path === nameOf(split) || path.endsWith(`/${nameOf(split)}`)))
    if (found.some((paths) => paths.length !== 1)) continue
    const paths = new Map(splits.map((split, at) => [found[at]![0]!, split]))
    for (const [path, split] of paths) {
      const [expected, got] = [size[split] * recordBytes, sizes.get(path)]
      if (form === 'binary' && got !== expected)
        throw new SkiplabError(
          'bad-input',
          `${input.location}: ${path}: expected ${expected} bytes (${size[split]} images of ${recordBytes}), got ${got}. ` +
            'Nothing was imported.',
        )
    }
    return { form, paths }
  }
  throw new SkiplabError(
    'bad-input',
    `${input.location}: expected train.bin and test.bin of CIFAR-100's binary version, or train and test of its Python ` +
      `version, each once; got ${[...sizes.keys()].slice(0, 8).join(', ') || 'nothing'}. Nothing was imported.`,
  )
}

async function sourceOf(input: Input, form: 'binary' | 'python', signal?: AbortSignal): Promise<string> {
  const words = form === 'binary' ? 'binary batches' : 'Python batches'
  if (input.kind === 'folder') return `Folder of ${words}`
  return `Archive of ${words} ${basename(input.location)}, MD5 ${await hashFile(input.location, 'md5', signal)}`
}
