import { SkiplabError } from '../../../../common/failure.ts'
import { PickledArray, unpickle } from '../../pickle/unpickle.ts'

const pixels = 32 * 32

/**
 * One batch of CIFAR's Python form: a pickled dictionary with `data`, uint8 [count, 3 x 32 x 32], red plane first, and labels.
 * @param labelsKey `labels` for CIFAR-10, `fine_labels` for CIFAR-100
 * @param count of images that there must be
 * @returns images uint8 [count, 32, 32, 3], labels uint8 [count]
 * @throws SkiplabError bad-input naming the file
 */
export function readPythonBatch(
  bytes: Buffer,
  where: string,
  { labelsKey, classCount, count }: { labelsKey: string; classCount: number; count: number },
): { images: Uint8Array; labels: Uint8Array } {
  const refuse = (what: string) => new SkiplabError('bad-input', `${where}: ${what}. Nothing was imported.`)
  const batch = unpickle(bytes, where)
  if (!(batch instanceof Map)) throw refuse('expected a dictionary of a CIFAR batch')
  const data = batch.get('data')
  const labels = batch.get(labelsKey)
  if (!(data instanceof PickledArray) || data.shape.length !== 2 || data.shape[1] !== 3 * pixels)
    throw refuse(`expected data of ${3 * pixels} bytes an image`)
  if (data.shape[0] !== count) throw refuse(`expected ${count} images, got ${data.shape[0]}`)
  if (!Array.isArray(labels) || labels.length !== count) throw refuse(`expected ${count} ${labelsKey}`)
  const wrong = labels.findIndex((label) => typeof label !== 'number' || !Number.isInteger(label) || label < 0 || label >= classCount)
  if (wrong >= 0) throw refuse(`label of image ${wrong}: expected 0 to ${classCount - 1}`)
  const images = new Uint8Array(count * 3 * pixels)
  let to = 0
  for (let image = 0; image < count; image++) {
    const start = image * 3 * pixels
    for (let from = start; from < start + pixels; from++) {
      images[to++] = data.bytes[from]!
      images[to++] = data.bytes[from + pixels]!
      images[to++] = data.bytes[from + 2 * pixels]!
    }
  }
  // Every label was found to be a number.
  return { images, labels: Uint8Array.from(labels as number[]) }
}
