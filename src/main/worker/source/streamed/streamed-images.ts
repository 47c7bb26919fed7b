import { centreCrop, type ImageSize, type ScaledCrop } from '../../../../common/training/scaled-crop.ts'
import type { StreamedImages } from '../../backend/backend.ts'
import type { ImageSet } from '../batches/batch-source.ts'
import type { ImagePipeline, PendingImages } from './image-pipeline.ts'
import type { CropRequest } from './pipeline-messages.ts'
import type { StoredSplit } from './stored-split.ts'

/** Images of one of the pipeline's files, and which windows of each are read. */
export interface WindowSelection {
  readonly pipeline: ImagePipeline
  /** Number of the split's file in the pipeline. */
  readonly file: number
  readonly split: StoredSplit
  /** In the order in which they are read. */
  readonly images: Uint32Array
  /** The windows, as many as the pipeline's and of its size; all of the image at one scale. */
  readonly windows: (stored: ImageSize) => readonly ScaledCrop[]
}

/** Which images of one of the pipeline's files are seen, and how. */
export interface StreamedSelection {
  readonly pipeline: ImagePipeline
  /** Number of the split's file in the pipeline. */
  readonly file: number
  readonly split: StoredSplit
  /** In the order in which they are evaluated. */
  readonly images: Uint32Array
  /** Of what the network sees. */
  readonly size: ImageSize
  /** Whether the centre of the scaled image is seen; else the image as it is stored. */
  readonly scaled: boolean
}

/** Batches that are read ahead of the one that is computed on. */
const batchesAhead = 2

/** Images of a fixed order, each seen once and the same way. Reads on while they are asked for in order. */
export class StreamedSet implements ImageSet {
  readonly #of: WindowSelection
  #pending: { readonly start: number; readonly end: number; readonly images: PendingImages }[] = []
  #inUse: PendingImages | null = null
  /** Most images that were asked for at once. */
  #longest = 0

  constructor(selection: WindowSelection) {
    this.#of = selection
  }

  get count(): number {
    return this.#of.images.length
  }

  async read(start: number, end: number): Promise<StreamedImages> {
    this.#inUse?.release()
    this.#longest = Math.max(this.#longest, end - start)
    if (this.#pending[0]?.start !== start || this.#pending[0].end !== end) {
      this.#pending.forEach(({ images }) => images.release())
      this.#pending = [this.#request(start, end)]
    }
    const { images } = this.#pending.shift()!
    this.#inUse = images
    for (let next = this.#pending.at(-1)?.end ?? end; this.#pending.length < batchesAhead && next < this.count;) {
      const request = this.#request(next, Math.min(this.count, next + this.#longest))
      this.#pending.push(request)
      next = request.end
    }
    const labels = Int32Array.from(this.#of.images.subarray(start, end), (image) => this.#of.split.labels[image]!)
    return { pixels: await images.pixels, labels }
  }

  #request(start: number, end: number) {
    const { pipeline, images } = this.#of
    return { start, end, images: pipeline.request(Array.from(images.subarray(start, end), (image) => this.#crop(image))) }
  }

  #crop(image: number): CropRequest {
    const { split, file, windows } = this.#of
    const stored = split.at(image)
    return cropRequest(file, stored, windows(stored))
  }
}

/** What is seen of a test image: the centre of the scaled one, or the image as it is stored. */
export function testWindow({ size, scaled: isScaled }: Pick<StreamedSelection, 'size' | 'scaled'>): WindowSelection['windows'] {
  return (stored) => [isScaled ? centreCrop(stored, size) : { scaled: stored, top: 0, left: 0 }]
}

/** @param windows of the image at one scale */
export function cropRequest(file: number, stored: ReturnType<StoredSplit['at']>, windows: readonly ScaledCrop[]): CropRequest {
  const { scaled } = windows[0]!
  const at = windows.map(({ top, left }) => ({ top, left }))
  return { file, ...stored, scaledHeight: scaled.height, scaledWidth: scaled.width, windows: at }
}

/** The whole image, not scaled. */
export function asStored(file: number, stored: ReturnType<StoredSplit['at']>): CropRequest {
  return cropRequest(file, stored, [{ scaled: stored, top: 0, left: 0 }])
}
