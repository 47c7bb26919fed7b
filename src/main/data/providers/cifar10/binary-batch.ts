import { SkiplabError } from '../../../../common/failure.ts'
import { cifar10Classes, recordBytes } from './layout.ts'

const pixels = 32 * 32

/**
 * One batch of the official binary form: records of a label byte and 3 x 32 x 32 bytes, red plane first.
 * @returns images uint8 [count, 32, 32, 3], labels uint8 [count]
 * @throws SkiplabError bad-input naming the offset of a label above 9
 */
export function readBinaryBatch(bytes: Uint8Array, where: string): { images: Uint8Array; labels: Uint8Array } {
  const count = bytes.length / recordBytes
  const images = new Uint8Array(count * 3 * pixels)
  const labels = new Uint8Array(count)
  for (let index = 0; index < count; index++) {
    const record = index * recordBytes
    const label = bytes[record]!
    if (label >= cifar10Classes.length) {
      throw new SkiplabError(
        'bad-input',
        `${where}, offset ${record}: label ${label} of image ${index}, expected 0 to ${cifar10Classes.length - 1}. Nothing was imported.`,
      )
    }
    labels[index] = label
    let to = index * 3 * pixels
    for (let from = record + 1; from <= record + pixels; from++) {
      images[to++] = bytes[from]!
      images[to++] = bytes[from + pixels]!
      images[to++] = bytes[from + 2 * pixels]!
    }
  }
  return { images, labels }
}
