import { createHash } from 'node:crypto'
import { open, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatasetManifest } from '../../../common/data/dataset.ts'
import { datasetChecksum, manifestFile, splitNames, type SplitName } from './dataset-folder.ts'
import { absorbFile } from './hash-file.ts'
import { syncFolder } from './sync-folder.ts'

export type DatasetDescription = Pick<DatasetManifest, 'name' | 'title' | 'classes' | 'height' | 'width' | 'channels' | 'source'>

interface OpenSplit {
  readonly images: FileHandle
  readonly labels: Uint8Array
  readonly counted: Uint8Array
}

/** Writes a data set's files into an (incoming) folder, images in any order; whole only after `finish`. */
export class DatasetWriter {
  readonly #folder: string
  readonly #description: DatasetDescription
  readonly #splits: Record<SplitName, OpenSplit>

  private constructor(folder: string, description: DatasetDescription, splits: Record<SplitName, OpenSplit>) {
    this.#folder = folder
    this.#description = description
    this.#splits = splits
  }

  static async open(folder: string, description: DatasetDescription, counts: Record<SplitName, number>): Promise<DatasetWriter> {
    const split = async (name: SplitName): Promise<OpenSplit> => ({
      images: await open(join(folder, fileNames(name).images), 'wx'),
      labels: new Uint8Array(counts[name]),
      counted: new Uint8Array(counts[name]),
    })
    return new DatasetWriter(folder, description, { train: await split('train'), test: await split('test') })
  }

  /** Images uint8 [k, height, width, channels] with their k labels, from place `first` of the split on. */
  async write(name: SplitName, first: number, images: Uint8Array, labels: Uint8Array): Promise<void> {
    const { height, width, channels, classes } = this.#description
    const imageBytes = height * width * channels
    const split = this.#splits[name]
    if (images.length !== labels.length * imageBytes || first + labels.length > split.labels.length) throw new RangeError(`Images beyond the ${name} split's end.`)
    if (labels.some((label) => label >= classes.length)) throw new RangeError('A label that is no class.')
    split.labels.set(labels, first)
    split.counted.fill(1, first, first + labels.length)
    for (let written = 0; written < images.length; ) {
      const { bytesWritten } = await split.images.write(images, written, images.length - written, first * imageBytes + written)
      written += bytesWritten
    }
  }

  /** Checks that every place was written, flushes all to disk and writes the manifest last. */
  async finish(): Promise<DatasetManifest> {
    const train = await this.#finishSplit('train')
    const test = await this.#finishSplit('test')
    const manifest: DatasetManifest = {
      format: 1,
      ...this.#description,
      splits: { train, test },
      checksum: datasetChecksum(train.checksum, test.checksum),
      createdAt: new Date().toISOString(),
    }
    await writeFile(join(this.#folder, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true })
    syncFolder(this.#folder)
    return manifest
  }

  async close(): Promise<void> {
    for (const name of splitNames) await this.#splits[name].images.close()
  }

  async #finishSplit(name: SplitName): Promise<DatasetManifest['splits']['train']> {
    const { images, labels, counted } = this.#splits[name]
    const missing = counted.indexOf(0)
    if (missing >= 0) throw new RangeError(`Image ${missing} of the ${name} split was never written.`)
    await images.sync()
    const files = fileNames(name)
    await writeFile(join(this.#folder, files.labels), labels, { flush: true })
    const hash = createHash('sha256')
    await absorbFile(hash, join(this.#folder, files.images))
    return { count: labels.length, ...files, checksum: hash.update(labels).digest('hex') }
  }
}

const fileNames = (name: SplitName) => ({ images: `${name}-images.u8`, labels: `${name}-labels.u8` })
