import { SkiplabError } from '../../../../common/failure.ts'

const pixels = 32 * 32

/**
 * One batch of CIFAR's binary form: records of one label byte (CIFAR-10) or two, of which the last counts (CIFAR-100), and 3 x 32 x 32
 * bytes, red plane first.
 * @returns images uint8 [count, 32, 32, 3], labels uint8 [count]
 * @throws SkiplabError bad-input naming the offset of a label that is no class
 */
export function readBinaryBatch(
  bytes: Uint8Array,
  where: string,
  { labelBytes, classCount }: { labelBytes: 1 | 2; classCount: number },
): { images: Uint8Array; labels: Uint8Array } {
  const recordBytes = labelBytes + 3 * pixels
  const count = bytes.length / recordBytes
  const images = new Uint8Array(count * 3 * pixels)
  const labels = new Uint8Array(count)
  for (let index = 0; index < count; index++) {
    const record = index * recordBytes
    const label = bytes[record + labelBytes - 1]!
    if (label >= classCount) {
      throw new SkiplabError(
        'bad-input',
        `${where}, offset ${record + labelBytes - 1}: label ${label} of image ${index}, expected 0 to ${classCount - 1}. ` +
          'Nothing was imported.',
      )
    }
    labels[index] = label
    let to = index * 3 * pixels
    for (let from = record + labelBytes; from < record + labelBytes + pixels; from++) {
      images[to++] = bytes[from]!
      images[to++] = bytes[from + pixels]!
      images[to++] = bytes[from + 2 * pixels]!
    }
  }
  return { images, labels }
}
