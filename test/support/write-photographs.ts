import sharp from 'sharp'
import type { DatasetManifest } from '../../src/common/data/dataset.ts'
import type { SplitCounts } from '../../src/main/data/stored/dataset-writer.ts'
import { seededRandom } from './seeded-random.ts'
import { writeDataset } from './write-dataset.ts'

/**
 * Writes a data set of JPEG, PNG and WebP images of sizes of their own, 40 to 100 pixels a side: soft blobs, whose hue tells one of four
 * classes.
 */
export function writePhotographs(folder: string, counts: SplitCounts, name = 'photographs'): Promise<DatasetManifest> {
  const classes = ['red', 'green', 'blue', 'grey']
  const image = { size: 'varied' as const, encoding: 'encoded' as const, channels: 3 }
  const random = seededRandom(11)
  return writeDataset(folder, { name, title: 'Photographs', classes, image }, counts, async (writer) => {
    for (const [split, count] of Object.entries(counts)) {
      for (let index = 0; index < count; index++) {
        const [height, width] = [40 + Math.floor(random() * 60), 40 + Math.floor(random() * 60)]
        const label = index % classes.length
        const bytes = await encoded(blob(height, width, label, random), height, width, index)
        await writer.writeVaried(split, index, { bytes, height, width }, label)
      }
    }
  })
}

/** uint8 [height, width, 3] */
function blob(height: number, width: number, label: number, random: () => number): Uint8Array {
  const [row, column] = [random() * height, random() * width]
  return Uint8Array.from({ length: height * width * 3 }, (_, at) => {
    const [y, x, channel] = [Math.floor(at / (3 * width)), Math.floor(at / 3) % width, at % 3]
    const near = Math.exp(-((y - row) ** 2 + (x - column) ** 2) / 400)
    return 40 + 20 * random() + (label === 3 || label === channel ? 150 : 30) * near
  })
}

function encoded(pixels: Uint8Array, height: number, width: number, index: number): Promise<Buffer> {
  const raw = sharp(pixels, { raw: { height, width, channels: 3 } })
  if (index % 5 === 3) return raw.png().toBuffer()
  if (index % 5 === 4) return raw.webp({ quality: 90 }).toBuffer()
  return raw.jpeg({ quality: 90, progressive: index % 2 === 1 }).toBuffer()
}
