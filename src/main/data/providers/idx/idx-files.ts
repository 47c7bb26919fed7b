import { SkiplabError } from '../../../../common/failure.ts'
import type { Input } from '../../input/input-files.ts'
import { isLitter } from '../../input/litter.ts'
import type { SplitName } from '../../stored/dataset-folder.ts'
import type { ProblemList } from '../problem-list.ts'
import { readIdx } from './idx.ts'

const splits = { train: 'train', t10k: 'test', test: 'test' } as const
const fileName = /(?:^|[/-])(train|t10k|test)-(images|labels)[.-]idx[13]-ubyte(?:\.gz)?$/

/** `train-images-idx3-ubyte.gz` and the like, below any folder and with anything before it, as EMNIST has. */
export const isIdxName = (path: string): boolean => fileName.test(path)

/** Grey images of one size, uint8 [count, height, width], and their labels [count]. */
export interface IdxSplit {
  readonly height: number
  readonly width: number
  readonly images: Uint8Array
  readonly labels: Uint8Array
}

interface Part {
  readonly path: string
  /** Null for a file that cannot be read. */
  readonly content: { readonly shape: number[]; readonly bytes: Buffer } | null
}

/** The splits that are whole; what is missing or wrong with the others is among the problems. */
export async function readIdxFiles(
  input: Input,
  problems: ProblemList,
  signal?: AbortSignal,
): Promise<Partial<Record<SplitName, IdxSplit>>> {
  const parts = new Map<string, Part>()
  for await (const file of input.files(signal)) {
    const [, prefix, kind] = (isLitter(file.path) ? null : fileName.exec(file.path)) ?? []
    if ((prefix !== 'train' && prefix !== 't10k' && prefix !== 'test') || kind === undefined) continue
    const key = `${splits[prefix]} ${kind}`
    const there = parts.get(key)
    if (there) problems.add(`${there.path} and ${file.path} are the same part: keep one`)
    else parts.set(key, { path: file.path, content: readPart(await file.content(), kind === 'images' ? 3 : 1, file.path, problems) })
  }
  const [train, test] = (['train', 'test'] as const).map((split) =>
    wholeSplit(split, parts.get(`${split} images`), parts.get(`${split} labels`), problems),
  )
  if (train && test && (train.height !== test.height || train.width !== test.width))
    problems.add(`training images are ${train.height}x${train.width}, test images ${test.height}x${test.width}; expected one size`)
  return { ...(train && { train }), ...(test && { test }) }
}

function readPart(bytes: Buffer, dimensions: number, path: string, problems: ProblemList): Part['content'] {
  try {
    return readIdx(bytes, dimensions, path)
  } catch (error) {
    if (!(error instanceof SkiplabError)) throw error
    problems.addRefusal(error, '')
    return null
  }
}

function wholeSplit(name: SplitName, images: Part | undefined, labels: Part | undefined, problems: ProblemList): IdxSplit | null {
  const prefix = name === 'train' ? 'train' : 't10k'
  if (!images) problems.add(`${prefix}-images-idx3-ubyte (or .gz) is missing`)
  if (!labels) problems.add(`${prefix}-labels-idx1-ubyte (or .gz) is missing`)
  if (!images?.content || !labels?.content) return null
  const [count, height, width] = images.content.shape
  if (count === 0 || count !== labels.content.bytes.length) {
    problems.add(`${count} images in ${images.path}, ${labels.content.bytes.length} labels in ${labels.path}`)
    return null
  }
  return { height: height!, width: width!, images: images.content.bytes, labels: labels.content.bytes }
}
