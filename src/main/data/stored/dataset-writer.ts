import { createHash } from 'node:crypto'
import { open, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { type DatasetManifest, datasetManifestSchema, type DatasetSplit, fixedImageOf, imageBytesOf } from '../../../common/data/dataset.ts'
import { bytesPerLabel, indexOfWrongLabel, type Labels, type LabelType, labelTypeFor, newLabels } from '../../../common/data/labels.ts'
import { manifestFile } from './dataset-folder.ts'
import { absorbFile } from './hash-file.ts'
import { bytesOfIndex, type ImageIndex, type IndexedImage, newIndex } from './image-index.ts'
import { bytesOfLabels } from './label-bytes.ts'
import { orderImages } from './order-images.ts'
import { datasetChecksum } from './parse-manifest.ts'
import { syncFolder } from './sync-folder.ts'

export type DatasetDescription = Pick<DatasetManifest, 'name' | 'title' | 'classes' | 'image' | 'source' | 'asked'>

/** Images of each split: train, test and others by name. */
export type SplitCounts = { readonly train: number; readonly test: number } & { readonly [split: string]: number }

interface OpenSplit {
  readonly images: FileHandle
  readonly labels: Labels
  readonly counted: Uint8Array
  readonly index: ImageIndex
  /** End of the images file so far, for images of varied size. */
  imagesBytes: number
}

/** Writes a data set's files into an (incoming) folder, images in any order; whole only after `finish`. */
export class DatasetWriter {
  readonly #folder: string
  readonly #description: DatasetDescription
  readonly #labelType: LabelType
  readonly #splits: ReadonlyMap<string, OpenSplit>
  readonly #notes: string[] = []

  private constructor(folder: string, description: DatasetDescription, labelType: LabelType, splits: ReadonlyMap<string, OpenSplit>) {
    this.#folder = folder
    this.#description = description
    this.#labelType = labelType
    this.#splits = splits
  }

  static async open(folder: string, description: DatasetDescription, counts: SplitCounts): Promise<DatasetWriter> {
    const labelType = labelTypeFor(description.classes.length)
    const splits = new Map<string, OpenSplit>()
    for (const [name, count] of Object.entries(counts)) {
      const images = await open(join(folder, fileNames(name, labelType).images), 'wx')
      const index = newIndex(description.image.size === 'varied' ? count : 0)
      splits.set(name, { images, labels: newLabels(labelType, count), counted: new Uint8Array(count), index, imagesBytes: 0 })
    }
    return new DatasetWriter(folder, description, labelType, splits)
  }

  /** Writes images of one size, uint8 [k, height, width, channels], and their k labels, from index `first` of the split on. */
  async write(name: string, first: number, images: Uint8Array, labels: Labels): Promise<void> {
    const imageBytes = imageBytesOf(fixedImageOf(this.#description))
    const split = this.#split(name)
    if (images.length !== labels.length * imageBytes) throw new RangeError(`${images.length} bytes are not ${labels.length} images.`)
    this.#count(name, first, labels)
    await writeAt(split.images, images, first * imageBytes)
  }

  /** One image of a size of its own, at `index` of the split; images may come in any order. */
  async writeVaried(name: string, index: number, { bytes, height, width }: IndexedImage, label: number): Promise<void> {
    const { image } = this.#description
    if (image.size === 'fixed') throw new RangeError('The images of this data set all have one size.')
    if (bytes.length === 0 || (image.encoding === 'raw' && bytes.length !== height * width * image.channels)) {
      throw new RangeError(`${bytes.length} bytes are no image of ${height}x${width}.`)
    }
    const split = this.#split(name)
    const labels = Uint32Array.of(label)
    this.#count(name, index, labels)
    const offset = split.imagesBytes
    split.imagesBytes += bytes.length
    const { offsets, lengths, heights, widths } = split.index
    offsets[index] = offset
    lengths[index] = bytes.length
    heights[index] = height
    widths[index] = width
    await writeAt(split.images, bytes, offset)
  }

  /** Whole sentences about what was done to the images, for people. */
  note(notes: readonly string[]): void {
    this.#notes.push(...notes)
  }

  /** Checks that every image was written, flushes all to disk and writes the manifest last. */
  async finish(): Promise<DatasetManifest> {
    const others: Record<string, DatasetSplit> = {}
    for (const name of this.#splits.keys()) if (name !== 'train' && name !== 'test') others[name] = await this.#finishSplit(name)
    const splits = { train: await this.#finishSplit('train'), test: await this.#finishSplit('test'), ...others }
    const { name, title, classes, image, source, asked } = this.#description
    const manifest = datasetManifestSchema.parse({
      ...{ format: 2, name, title, classes, labelType: this.#labelType, image, splits, source },
      ...(this.#notes.length > 0 ? { notes: this.#notes } : {}),
      ...(asked ? { asked } : {}),
      checksum: datasetChecksum(splits),
      createdAt: new Date().toISOString(),
    })
    await writeFile(join(this.#folder, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true })
    syncFolder(this.#folder)
    return manifest
  }

  async close(): Promise<void> {
    for (const { images } of this.#splits.values()) await images.close()
  }

  #split(name: string): OpenSplit {
    const split = this.#splits.get(name)
    if (split) return split
    throw new RangeError(`This data set has no split "${name}".`)
  }

  /** Notes labels and marks their images as written. */
  #count(name: string, first: number, labels: Labels): void {
    const split = this.#split(name)
    if (first < 0 || first + labels.length > split.labels.length) throw new RangeError(`Images beyond the ${name} split's end.`)
    if (indexOfWrongLabel(labels, this.#description.classes.length) >= 0) throw new RangeError('A label that is no class.')
    split.labels.set(labels, first)
    split.counted.fill(1, first, first + labels.length)
  }

  async #finishSplit(name: string): Promise<DatasetSplit> {
    const { images, labels, counted, index, imagesBytes } = this.#split(name)
    const missing = counted.indexOf(0)
    if (missing >= 0) throw new RangeError(`Image ${missing} of the ${name} split was never written.`)
    await images.sync()
    const { index: indexFile, ...files } = fileNames(name, this.#labelType)
    if (this.#description.image.size === 'varied') await orderImages(join(this.#folder, files.images), index)
    const hash = createHash('sha256')
    await absorbFile(hash, join(this.#folder, files.images))
    const store = async (file: string, bytes: Uint8Array) => {
      await writeFile(join(this.#folder, file), bytes, { flush: true })
      hash.update(bytes)
    }
    await store(files.labels, bytesOfLabels(labels))
    if (this.#description.image.size === 'fixed') return { count: labels.length, ...files, checksum: hash.digest('hex') }
    await store(indexFile, bytesOfIndex(index))
    return { count: labels.length, ...files, index: { file: indexFile, imagesBytes }, checksum: hash.digest('hex') }
  }
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written)
    written += bytesWritten
  }
}

const fileNames = (name: string, labelType: LabelType) => ({
  images: `${name}-images.u8`,
  labels: `${name}-labels.u${8 * bytesPerLabel(labelType)}`,
  index: `${name}-images.index`,
})
