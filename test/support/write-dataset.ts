import { mkdir } from 'node:fs/promises'
import type { DatasetManifest } from '../../src/common/data/dataset.ts'
import { DatasetWriter, type DatasetDescription, type SplitCounts } from '../../src/main/data/stored/dataset-writer.ts'

/** Writes a data set with the program's own writer. */
export async function writeDataset(
  folder: string,
  description: Partial<DatasetDescription> & Pick<DatasetDescription, 'image'>,
  counts: SplitCounts,
  fill: (writer: DatasetWriter) => Promise<void>,
): Promise<DatasetManifest> {
  await mkdir(folder, { recursive: true })
  const whole = { name: 'written', title: 'Written', classes: ['first', 'second'], source: 'written by a test', ...description }
  const writer = await DatasetWriter.open(folder, whole, counts)
  try {
    await fill(writer)
    return await writer.finish()
  } finally {
    await writer.close()
  }
}

/** "class 0" to the last. */
const classNames = (count: number) => Array.from({ length: count }, (_, index) => `class ${index}`)

/**
 * Noisy images of 8x8 RGB in many classes: the background's three channels spell the class. Each class takes its turn.
 */
export function writeManyClasses(folder: string, classCount: number, counts: SplitCounts, name = 'many-classes'): Promise<DatasetManifest> {
  const image = { size: 'fixed' as const, height: 8, width: 8, channels: 3 }
  return writeDataset(folder, { name, title: 'Many classes', classes: classNames(classCount), image }, counts, async (writer) => {
    for (const [split, count] of Object.entries(counts)) {
      const labels = Uint16Array.from({ length: count }, (_, index) => index % classCount)
      const pixels = new Uint8Array(count * 192)
      for (let at = 0; at < pixels.length; at++) {
        const label = labels[Math.floor(at / 192)]!
        const level = [label % 7, Math.floor(label / 7) % 7, Math.floor(label / 49)][at % 3]!
        pixels[at] = level * 34 + ((at * 7919) % 23)
      }
      await writer.write(split, 0, pixels, labels)
    }
  })
}
