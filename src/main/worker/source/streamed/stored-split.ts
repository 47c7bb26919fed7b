import { join } from 'node:path'
import { type DatasetManifest, imageBytesOf, splitOf } from '../../../../common/data/dataset.ts'
import type { Labels } from '../../../../common/data/labels.ts'
import { readLabels } from '../../../data/stored/dataset-folder.ts'
import { readIndex } from '../../../data/stored/image-index.ts'
import type { CropRequest } from './pipeline-messages.ts'

/** Where an image lies in its split's file, and its size as stored. */
export type StoredImage = Pick<CropRequest, 'image' | 'offset' | 'length' | 'height' | 'width'>

/** A split whose images stay on the disk; labels and index are in memory, some 20 bytes an image. */
export interface StoredSplit {
  readonly path: string
  readonly count: number
  readonly labels: Labels
  at(image: number): StoredImage
}

/** @throws SkiplabError bad-input naming file and offset; not-found for a split that is not there */
export async function openSplit(folder: string, manifest: DatasetManifest, name: string): Promise<StoredSplit> {
  const { images, count } = splitOf(manifest, name)
  const labels = await readLabels(folder, manifest, name)
  const path = join(folder, images)
  const { image: format } = manifest
  if (format.size === 'fixed') {
    const { height, width } = format
    const length = imageBytesOf(format)
    return { path, count, labels, at: (image) => ({ image, offset: image * length, length, height, width }) }
  }
  const { offsets, lengths, heights, widths } = await readIndex(folder, manifest, name)
  return {
    path,
    count,
    labels,
    at: (image) => ({
      image,
      offset: offsets[image]!,
      length: lengths[image]!,
      height: heights[image]!,
      width: widths[image]!,
    }),
  }
}
