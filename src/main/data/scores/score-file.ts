import { type FileHandle, open, stat } from 'node:fs/promises'
import { z } from 'zod'
import { predictedClass, type Predictions } from '../../../common/evaluation/predictions.ts'
import { SkiplabError } from '../../../common/failure.ts'

/** What a file of scores says of itself. */
export interface ScoreFileHead {
  readonly images: number
  readonly classes: number
  /** Split of the data set that `indices` count: held-out validation images are of `train`. */
  readonly imageSplit: string
}

/** Rows of scores that are in memory at once, by their size. */
const blockBytes = 4 * 1024 * 1024
const longestHeader = 64 * 1024

const integers = z.array(z.int().min(0))
const entry = (dtype: string) => z.object({ dtype: z.literal(dtype), shape: integers, data_offsets: z.tuple([z.int(), z.int()]) })
const headerSchema = z.object({
  __metadata__: z.object({ imageSplit: z.string() }),
  labels: entry('I32'),
  indices: entry('I32'),
  scores: entry('F32'),
})

/** The header of a file: labels int32 [images], indices int32 [images], scores fp32 [images, classes], one behind the other. */
export function scoreFileHeader({ images, classes, imageSplit }: ScoreFileHead): Buffer {
  const [labels, indices] = [4 * images, 8 * images]
  const header = {
    __metadata__: { format: 'skiplab-scores-1', imageSplit },
    labels: { dtype: 'I32', shape: [images], data_offsets: [0, labels] },
    indices: { dtype: 'I32', shape: [images], data_offsets: [labels, indices] },
    scores: { dtype: 'F32', shape: [images, classes], data_offsets: [indices, indices + 4 * images * classes] },
  }
  const text = JSON.stringify(header)
  const padded = text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8, ' ')
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  return Buffer.concat([length, Buffer.from(padded)])
}

/** Reads what an evaluation wrote, block by block; safetensors, so that other programs read it too. */
export class ScoreFile {
  readonly head: ScoreFileHead
  readonly #path: string
  readonly #file: FileHandle
  readonly #dataStart: number

  private constructor(path: string, file: FileHandle, head: ScoreFileHead, dataStart: number) {
    this.#path = path
    this.#file = file
    this.head = head
    this.#dataStart = dataStart
  }

  /** @throws SkiplabError not-found where there is none; bad-input where it is no whole file of scores */
  static async open(path: string): Promise<ScoreFile> {
    const file = await open(path, 'r').catch(() => {
      throw new SkiplabError('not-found', `The scores ${path} are gone. Remove the evaluation and test again.`)
    })
    try {
      const { head, dataStart } = await readHead(file, (await stat(path)).size)
      return new ScoreFile(path, file, head, dataStart)
    } catch {
      await file.close()
      throw damaged(path)
    }
  }

  /** int32 [images] */
  labels(): Promise<Int32Array> {
    return this.#integers(0)
  }

  /** int32 [images] */
  indices(): Promise<Int32Array> {
    return this.#integers(this.head.images)
  }

  /** Blocks of rows in their order: fp32 [rows, classes]. */
  async *blocks(): AsyncGenerator<{ readonly start: number; readonly scores: Float32Array }> {
    const { images, classes } = this.head
    const rows = Math.max(1, Math.floor(blockBytes / (4 * classes)))
    for (let start = 0; start < images; start += rows) {
      const bytes = await this.#read(8 * images + 4 * start * classes, 4 * Math.min(rows, images - start) * classes)
      yield { start, scores: new Float32Array(bytes.buffer) }
    }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #integers(before: number): Promise<Int32Array> {
    return new Int32Array((await this.#read(4 * before, 4 * this.head.images)).buffer)
  }

  async #read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length)
    for (let done = 0; done < length;) {
      const { bytesRead } = await this.#file.read(bytes, done, length - done, this.#dataStart + offset + done)
      if (bytesRead === 0) throw damaged(this.#path)
      done += bytesRead
    }
    return bytes
  }
}

/** Reads what was said of each image. @throws SkiplabError as {@link ScoreFile.open} */
export async function readPredictions(path: string): Promise<Predictions & { readonly head: ScoreFileHead }> {
  const file = await ScoreFile.open(path)
  try {
    const { head } = file
    const [labels, indices] = [await file.labels(), await file.indices()]
    const predictions = new Int32Array(head.images)
    const [probabilities, labelProbabilities] = [new Float32Array(head.images), new Float32Array(head.images)]
    for await (const { start, scores } of file.blocks()) {
      for (let row = 0; row < scores.length / head.classes; row++) {
        const [image, first] = [start + row, row * head.classes]
        const predicted = predictedClass(scores, row, head.classes)
        predictions[image] = predicted
        probabilities[image] = scores[first + predicted]!
        labelProbabilities[image] = scores[first + labels[image]!] ?? 0
      }
    }
    return { head, labels, indices, predictions, probabilities, labelProbabilities }
  } finally {
    await file.close()
  }
}

async function readHead(file: FileHandle, size: number): Promise<{ head: ScoreFileHead; dataStart: number }> {
  const length = Buffer.alloc(8)
  await file.read(length, 0, 8, 0)
  const headerBytes = Number(length.readBigUInt64LE(0))
  if (headerBytes > longestHeader) throw new RangeError('its header is too long')
  const text = Buffer.alloc(headerBytes)
  await file.read(text, 0, headerBytes, 8)
  const { scores, ...rest } = headerSchema.parse(JSON.parse(text.toString('utf8')))
  const [images, classes] = z.tuple([z.int().min(1), z.int().min(2)]).parse(scores.shape)
  const head = { images, classes, imageSplit: rest.__metadata__.imageSplit }
  const expected = scoreFileHeader(head)
  // What is laid out otherwise was not written here.
  if (!expected.subarray(8).equals(text) || size !== expected.length + 4 * images * (2 + classes)) throw new RangeError('other layout')
  return { head, dataStart: expected.length }
}

function damaged(path: string): SkiplabError {
  return new SkiplabError('bad-input', `${path} is damaged: expected a whole file of scores. Remove the evaluation and test again.`)
}
