import type { NetworkDesign } from '../network/design.ts'
import type { Deviation } from '../training/deviations.ts'
import { type PublishedData, publishedDataTitles } from './published.ts'

/** Images and classes of a published data set. */
const shapes: Readonly<Record<PublishedData, { readonly size: number; readonly classes: number }>> = {
  cifar10: { size: 32, classes: 10 },
  imagenet: { size: 224, classes: 1000 },
}

/** Whether runs on a data set were trained on the images that a number is published for. */
export function isPublishedData(data: PublishedData, dataset: string, classes: number): boolean {
  return classes === shapes[data].classes && (data === 'cifar10' ? dataset === 'cifar10' : /^imagenet/i.test(dataset))
}

/**
 * Tells other images than the published ones, and another size of them.
 * @param network what was trained
 * @param dataset name of the data set that it was trained on
 */
export function dataDeviations(
  data: PublishedData,
  { inputShape, classes }: Pick<NetworkDesign, 'inputShape' | 'classes'>,
  dataset: string,
): Deviation[] {
  const published = shapes[data]
  const [height, width] = inputShape
  const told: Deviation[] = []
  if (!isPublishedData(data, dataset, classes))
    told.push({
      what: 'data',
      own: `${dataset} (${classes.toLocaleString('en')} classes)`,
      reference: `${publishedDataTitles[data]} (${published.classes.toLocaleString('en')} classes)`,
    })
  if (height !== published.size || width !== published.size)
    told.push({ what: 'images of', own: `${height}×${width}`, reference: `${published.size}×${published.size} pixels` })
  return told
}
