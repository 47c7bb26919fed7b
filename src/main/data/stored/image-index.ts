import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { type DatasetManifest, splitOf } from '../../../common/data/dataset.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { addAgain, readExactly } from './stored-file.ts'

/**
 * Where each image of a split lies in its images file, and how large it is. The file holds 16 bytes an image, little-endian: offset
 * uint64, length uint32 (both in bytes), height uint16, width uint16 (both in pixels).
 */
export interface ImageIndex {
  readonly offsets: Float64Array
  readonly lengths: Uint32Array
  readonly heights: Uint16Array
  readonly widths: Uint16Array
}

export interface IndexedImage {
  /**
   * Raw uint8 [height, width, channels], or a whole JPEG, PNG or WebP file: still, upright without its EXIF orientation, grey or RGB with
   * or without transparency, decoded without an error. What comes otherwise is encoded anew before it is stored.
   */
  readonly bytes: Uint8Array
  readonly height: number
  readonly width: number
}

export const indexRecordBytes = 16

/** Makes an index of zeros for `count` images. */
export const newIndex = (count: number): ImageIndex => ({
  offsets: new Float64Array(count),
  lengths: new Uint32Array(count),
  heights: new Uint16Array(count),
  widths: new Uint16Array(count),
})

export function bytesOfIndex({ offsets, lengths, heights, widths }: ImageIndex): Buffer {
  const bytes = Buffer.alloc(offsets.length * indexRecordBytes)
  offsets.forEach((offset, image) => {
    const start = image * indexRecordBytes
    bytes.writeBigUInt64LE(BigInt(offset), start)
    bytes.writeUInt32LE(lengths[image]!, start + 8)
    bytes.writeUInt16LE(heights[image]!, start + 12)
    bytes.writeUInt16LE(widths[image]!, start + 14)
  })
  return bytes
}

/**
 * Reads the index of a split and checks that every image lies inside the images file.
 * @throws SkiplabError bad-input naming file and offset; not-found for a split that is not there
 */
export async function readIndex(folder: string, manifest: DatasetManifest, split: string): Promise<ImageIndex> {
  const { count, index, images } = splitOf(manifest, split)
  if (!index || manifest.image.size === 'fixed') {
    throw new SkiplabError(
      'bad-input',
      `The images of ${manifest.name} have one size, so there is no index; got a request for the one of ${split}.`,
    )
  }
  const path = join(folder, index.file)
  const bytes = await readExactly(path, count * indexRecordBytes)
  const records = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = newIndex(count)
  const { encoding, channels } = manifest.image
  let total = 0
  for (let image = 0; image < count; image++) {
    const start = image * indexRecordBytes
    const offset = Number(records.getBigUint64(start, true))
    const length = records.getUint32(start + 8, true)
    const [height, width] = [records.getUint16(start + 12, true), records.getUint16(start + 14, true)]
    const refuse = (what: string) => new SkiplabError('bad-input', `${path}, offset ${start}: image ${image} ${what}. ${addAgain}`)
    if (height === 0 || width === 0 || length === 0)
      throw refuse(`has ${height}x${width} pixels in ${length} bytes, expected at least one of each`)
    if (offset + length > index.imagesBytes) {
      throw refuse(`lies at ${offset} and is ${length} bytes long, expected it to end within the ${index.imagesBytes} bytes of ${images}`)
    }
    if (encoding === 'raw' && length !== height * width * channels) {
      throw refuse(
        `is ${length} bytes long, expected ${height}x${width} pixels of ${channels} channels: ${height * width * channels} bytes`,
      )
    }
    read.offsets[image] = offset
    read.lengths[image] = length
    read.heights[image] = height
    read.widths[image] = width
    total += length
  }
  if (total === index.imagesBytes) return read
  throw new SkiplabError(
    'bad-input',
    `${path}: its images are ${total} bytes long together, expected the ${index.imagesBytes} bytes of ${images}. ${addAgain}`,
  )
}

/** Reads images of one split one at a time, in any order; close it afterwards. */
export class IndexedImages {
  readonly index: ImageIndex
  readonly #file: FileHandle
  readonly #path: string

  private constructor(index: ImageIndex, file: FileHandle, path: string) {
    this.index = index
    this.#file = file
    this.#path = path
  }

  /** @throws SkiplabError as {@link readIndex} */
  static async open(folder: string, manifest: DatasetManifest, split: string): Promise<IndexedImages> {
    const index = await readIndex(folder, manifest, split)
    const path = join(folder, splitOf(manifest, split).images)
    return new IndexedImages(index, await open(path, 'r'), path)
  }

  get count(): number {
    return this.index.offsets.length
  }

  /** @throws SkiplabError bad-input when the file ends before the image does */
  async read(image: number): Promise<IndexedImage> {
    const { offsets, lengths, heights, widths } = this.index
    if (!Number.isInteger(image) || image < 0 || image >= this.count)
      throw new RangeError(`Image ${image} is none of the ${this.count} images.`)
    const [offset, length] = [offsets[image]!, lengths[image]!]
    const bytes = new Uint8Array(length)
    const { bytesRead } = await this.#file.read(bytes, 0, length, offset)
    if (bytesRead < length) {
      throw new SkiplabError(
        'bad-input',
        `${this.#path}: image ${image} lies at ${offset} to ${offset + length}, but the file ends at ${offset + bytesRead}. ${addAgain}`,
      )
    }
    return { bytes, height: heights[image]!, width: widths[image]! }
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}
