import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatasetManifest } from '../../../common/data/dataset.ts'
import { imageBytesOf, type SplitName } from './dataset-folder.ts'

export interface ClassSample {
  /** Place in the split. */
  readonly index: number
  /** uint8 [height, width, channels]. */
  readonly pixels: Buffer
}

/** The first `count` images of one class: reads the labels, a byte an image, and then only these images. */
export async function readClassSamples(folder: string, manifest: DatasetManifest, split: SplitName, classIndex: number, count: number): Promise<ClassSample[]> {
  const { images, labels } = manifest.splits[split]
  const classes = await readFile(join(folder, labels))
  const size = imageBytesOf(manifest)
  const samples: ClassSample[] = []
  const file = await open(join(folder, images), 'r')
  try {
    for (let index = classes.indexOf(classIndex); index >= 0 && samples.length < count; index = classes.indexOf(classIndex, index + 1)) {
      const pixels = Buffer.alloc(size)
      await file.read(pixels, 0, size, index * size)
      samples.push({ index, pixels })
    }
  } finally {
    await file.close()
  }
  return samples
}
