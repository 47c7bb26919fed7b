import { basename } from 'node:path'
import type { DatasetManifest } from '../../../../common/data/dataset.ts'
import { SkiplabError } from '../../../../common/failure.ts'
import { openInput } from '../../input/input-files.ts'
import { isLitter } from '../../input/litter.ts'
import type { ImportJob } from '../provider.ts'
import { readIdx } from './idx.ts'

const splits = { train: 'train', t10k: 'test', test: 'test' } as const
const fileName = /(?:^|[/-])(train|t10k|test)-(images|labels)[.-]idx[13]-ubyte(?:\.gz)?$/

/** `train-images-idx3-ubyte.gz` and the like, below any folder and with anything before it, as EMNIST has. */
export const isIdxName = (path: string): boolean => fileName.test(path)

interface IdxSplit {
  images?: { shape: number[]; bytes: Buffer; path: string }
  labels?: { bytes: Buffer; path: string }
}

/**
 * Imports the four IDX files of MNIST and those like it: grey images of one size and their labels.
 * @param classes names in the order of the labels; null names them "0" to the largest
 * @throws SkiplabError bad-input naming what is missing or wrong
 */
export async function importIdx(from: string, title: string, classes: readonly string[] | null, job: ImportJob): Promise<DatasetManifest> {
  const read = await readFiles(from, job)
  const [train, test] = [wholeSplit(from, 'train', read.train), wholeSplit(from, 'test', read.test)]
  const [, height, width] = train.images.shape
  if (height !== test.images.shape[1] || width !== test.images.shape[2])
    throw new SkiplabError(
      'bad-input',
      `${from}: training images are ${height}x${width}, test images ${test.images.shape.slice(1).join('x')}; expected one ` +
        'size. Nothing was imported.',
    )
  const largest = Math.max(largestOf(train.labels.bytes), largestOf(test.labels.bytes))
  if (classes && largest >= classes.length)
    throw new SkiplabError('bad-input', `${from}: a label is ${largest}, expected 0 to ${classes.length - 1}. Nothing was imported.`)
  const names = classes ?? Array.from({ length: Math.max(2, largest + 1) }, (_, label) => String(label))
  const image = { size: 'fixed' as const, height: height!, width: width!, channels: 1 }
  const counts = { train: train.labels.bytes.length, test: test.labels.bytes.length }
  return job.write({ title, classes: [...names], image, source: `IDX files of ${basename(from)}` }, counts, async (writer) => {
    for (const [name, split] of [
      ['train', train],
      ['test', test],
    ] as const) {
      await writer.write(name, 0, split.images.bytes, split.labels.bytes)
      job.onProgress({
        step: 'reading images',
        done: name === 'train' ? counts.train : counts.train + counts.test,
        total: counts.train + counts.test,
        unit: 'images',
      })
    }
  })
}

async function readFiles(from: string, { signal, onProgress }: ImportJob): Promise<{ train: IdxSplit; test: IdxSplit }> {
  const read: { train: IdxSplit; test: IdxSplit } = { train: {}, test: {} }
  onProgress({ step: 'reading file names', done: 0, total: null, unit: 'files' })
  const input = await openInput(from)
  for await (const file of input.files(signal)) {
    const [, prefix, kind] = (isLitter(file.path) ? null : fileName.exec(file.path)) ?? []
    if (prefix !== 'train' && prefix !== 't10k' && prefix !== 'test') continue
    const split = read[splits[prefix]]
    const there = kind === 'images' ? split.images : split.labels
    if (there)
      throw new SkiplabError('bad-input', `${from}: ${there.path} and ${file.path} are the same part: keep one. Nothing was imported.`)
    const content = readIdx(await file.content(), kind === 'images' ? 3 : 1, `${from}: ${file.path}`)
    if (kind === 'images') split.images = { ...content, path: file.path }
    else split.labels = { bytes: content.bytes, path: file.path }
  }
  return read
}

function wholeSplit(
  from: string,
  name: string,
  { images, labels }: IdxSplit,
): { images: NonNullable<IdxSplit['images']>; labels: NonNullable<IdxSplit['labels']> } {
  const prefix = name === 'train' ? 'train' : 't10k'
  if (!images || !labels)
    throw new SkiplabError(
      'bad-input',
      `${from}: ${prefix}-${images ? 'labels-idx1' : 'images-idx3'}-ubyte (or .gz) is missing. Nothing was imported.`,
    )
  const [count] = images.shape
  if (count === 0 || count !== labels.bytes.length)
    throw new SkiplabError(
      'bad-input',
      `${from}: ${count} images in ${images.path}, ${labels.bytes.length} labels in ${labels.path}. Nothing was imported.`,
    )
  return { images, labels }
}

const largestOf = (labels: Buffer): number => labels.reduce((most, label) => Math.max(most, label), 0)
