import { open, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeEach, describe, expect, it } from 'vitest'
import { readClassSamples } from '../../../../../src/main/data/stored/class-samples.ts'
import { listDatasets, readManifest, readSplit, verifyDataset } from '../../../../../src/main/data/stored/dataset-folder.ts'
import { IndexedImages, indexRecordBytes } from '../../../../../src/main/data/stored/image-index.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'
import { writeDataset } from '../../../../support/write-dataset.ts'

/** Height and width of each training image. */
const sizes = [
  [3, 5],
  [200, 100],
  [1, 1],
  [7, 4],
] as const
const counts = { train: sizes.length, test: 1 }
const rawImage = (index: number) => {
  const [height, width] = sizes[index]!
  return { height, width, bytes: Uint8Array.from({ length: height * width * 3 }, (_, at) => (at * 3 + index) % 256) }
}

let folder: string
beforeEach(async () => {
  folder = join(await temporaryFolder(), 'written')
})

async function writeRaw(): Promise<void> {
  await writeDataset(folder, { image: { size: 'varied', encoding: 'raw', channels: 3 } }, counts, async (writer) => {
    for (const index of [2, 0, 3, 1]) await writer.writeVaried('train', index, rawImage(index), index % 2)
    await writer.writeVaried('test', 0, rawImage(0), 1)
  })
}

describe('images of varied size', () => {
  it('images of varied size come back one by one as they were written, in whatever order', async () => {
    await writeRaw()
    const manifest = await readManifest(folder)
    expect(await verifyDataset(folder)).toEqual([])
    const images = await IndexedImages.open(folder, manifest, 'train')
    try {
      expect(images.count).toBe(4)
      for (const index of [3, 1, 0, 2]) expect(await images.read(index)).toEqual(rawImage(index))
      await expect(images.read(4)).rejects.toThrow('Image 4 is none of the 4 images.')
    } finally {
      await images.close()
    }
    const [listed] = await listDatasets(join(folder, '..'))
    expect(listed?.bytes).toBe((15 + 20_000 + 1 + 28 + 15) * 3 + 5 + 5 * indexRecordBytes)
    await expect(readSplit(folder, manifest, 'train')).rejects.toThrow(
      'The images of written have sizes of their own; expected a data set whose images all have one size.',
    )
  })

  it('images of varied size are shown small, raw ones by leaving out pixels', async () => {
    await writeRaw()
    const samples = await readClassSamples(folder, await readManifest(folder), 'train', 1, 5)
    expect(samples.map(({ index, shape }) => [index, ...shape])).toEqual([
      [1, 67, 34, 3],
      [3, 7, 4, 3],
    ])
    const { bytes } = rawImage(1)
    expect([...samples[0]!.pixels.subarray(34 * 3, 34 * 3 + 6)]).toEqual([
      ...bytes.subarray(3 * 100 * 3, 3 * 100 * 3 + 3),
      ...bytes.subarray((3 * 100 + 3) * 3, (3 * 100 + 4) * 3),
    ])
    expect([...samples[1]!.pixels]).toEqual([...rawImage(3).bytes])
  })

  it('images of varied size may be whole JPEG files, which are decoded where they are shown', async () => {
    const red = { create: { width: 300, height: 150, channels: 3 as const, background: { r: 250, g: 10, b: 10 } } }
    const bytes = await sharp(red).jpeg().toBuffer()
    await writeDataset(folder, { image: { size: 'varied', encoding: 'encoded', channels: 3 } }, { train: 2, test: 1 }, async (writer) => {
      await writer.writeVaried('train', 0, { bytes, height: 150, width: 300 }, 0)
      await writer.writeVaried('train', 1, { bytes: Uint8Array.of(1, 2, 3), height: 1, width: 1 }, 1)
      await writer.writeVaried('test', 0, { bytes, height: 150, width: 300 }, 0)
    })
    expect(await verifyDataset(folder)).toEqual([])
    const manifest = await readManifest(folder)
    const [sample] = await readClassSamples(folder, manifest, 'train', 0, 1)
    expect(sample?.shape).toEqual([48, 96, 3])
    expect(sample?.pixels[0]).toBeGreaterThan(230)
    await expect(readClassSamples(folder, manifest, 'train', 1, 1)).rejects.toThrow(
      /train-images\.u8, image 1: damaged or truncated image of 3 bytes/,
    )
  })
})

describe('an index that cannot be true', () => {
  const at = (image: number, field: number) => image * indexRecordBytes + field
  it.each<[string, (record: DataView) => void, RegExp]>([
    [
      'an image begins beyond the file',
      (bytes) => bytes.setBigUint64(at(1, 0), 2n ** 40n, true),
      /index, offset 16: image 1 lies at 1099511627776 and is 60000 bytes long, expected it to end within the 60132 bytes/,
    ],
    [
      'an image begins beyond all numbers',
      (bytes) => bytes.setBigUint64(at(1, 0), 2n ** 64n - 1n, true),
      /offset 16: image 1 lies at 18446744073709552000/,
    ],
    [
      'an image ends beyond the file',
      (bytes) => bytes.setBigUint64(at(3, 0), 60_131n, true),
      /offset 48: image 3 lies at 60131 and is 84 bytes long/,
    ],
    [
      'a length belies the pixels',
      (bytes) => bytes.setUint32(at(0, 8), 44, true),
      /offset 0: image 0 is 44 bytes long, expected 3x5 pixels of 3 channels: 45 bytes/,
    ],
    ['an image has no pixels', (bytes) => bytes.setUint16(at(2, 12), 0, true), /offset 32: image 2 has 0x1 pixels in 3 bytes/],
    [
      'an image leaves bytes that belong to none',
      (bytes) => {
        bytes.setUint32(at(3, 8), 3, true)
        bytes.setUint16(at(3, 12), 1, true)
        bytes.setUint16(at(3, 14), 1, true)
      },
      /its images are 60051 bytes long together, expected the 60132 bytes of train-images\.u8/,
    ],
  ])('an index that cannot be true is refused, file and offset named, when %s', async (_, change, message) => {
    await writeRaw()
    const path = join(folder, 'train-images.index')
    const bytes = await readFile(path)
    change(new DataView(bytes.buffer, bytes.byteOffset, bytes.length))
    await writeFile(path, bytes)
    expect(await verifyDataset(folder)).toEqual([expect.stringMatching(message)])
    await expect(IndexedImages.open(folder, await readManifest(folder), 'train')).rejects.toThrow(message)
  })

  it('an index that is too short for its images is refused, and so is an images file that was cut', async () => {
    await writeRaw()
    const manifest = await readManifest(folder)
    const images = await IndexedImages.open(folder, manifest, 'train')
    await truncate(join(folder, 'train-images.u8'), 60_000)
    await expect(images.read(1)).rejects.toThrow(/train-images\.u8: image 1 lies at 45 to 60045, but the file ends at 60000/)
    await images.close()
    expect(await verifyDataset(folder)).toEqual([expect.stringMatching(/train-images\.u8: expected 60132 bytes, found 60000/)])
    await truncate(join(folder, 'train-images.u8'), 60_132)
    await truncate(join(folder, 'train-images.index'), 63)
    await expect(readManifest(folder)).rejects.toThrow(/train-images\.index: expected 64 bytes, found 63/)
  })

  it('an index that cannot be true is found changed by its split’s checksum even where every image is possible', async () => {
    await writeRaw()
    const file = await open(join(folder, 'train-images.index'), 'r+')
    await file.write(Uint8Array.of(1), 0, 1, 2 * indexRecordBytes)
    await file.close()
    expect(await verifyDataset(folder)).toEqual([
      expect.stringMatching(/train-images\.u8 or train-labels\.u8 or train-images\.index: the train split's SHA-256/),
    ])
  })
})
