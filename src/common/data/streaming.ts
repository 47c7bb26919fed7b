import { z } from 'zod'
import { elements } from '../network/kinds/shape.ts'
import type { Recipe } from '../training/recipe.ts'
import { SkiplabError } from '../failure.ts'
import { paperSide, testSide } from '../training/scaled-crop.ts'
import { type DatasetManifest, type FixedImage, imageBytesOf, type PlannedSplits, runImagesOf } from './dataset.ts'

/** What a recipe and a data set say about the size of what the network sees. */
type SizeSettings = Pick<Recipe, 'imageSize' | 'scaleJitter'>
type DatasetImages = Pick<DatasetManifest, 'name' | 'image'>

/** A larger part of a machine's memory is not taken for images; they are read again in every epoch instead. */
const residentShare = 1 / 4

/**
 * Height, width and channels of what the network sees: the recipe's image size, else the data set's.
 * @throws SkiplabError bad-input where neither says a size
 */
export function inputShapeOf({ name, image }: DatasetImages, { imageSize }: Pick<Recipe, 'imageSize'>): [number, number, number] {
  if (imageSize !== null) return [imageSize, imageSize, image.channels]
  if (image.size === 'fixed') return [image.height, image.width, image.channels]
  throw new SkiplabError(
    'bad-input',
    `The images of ${name} have sizes of their own, so the recipe has to say the network's; got none (on the command line: ` +
      '--set imageSize=64).',
  )
}

/** Whether images are scaled and cropped on their way to the network; else they are taken as they are stored. */
export function areImagesScaled({ image }: Pick<DatasetImages, 'image'>, { imageSize, scaleJitter }: SizeSettings): boolean {
  if (image.size === 'varied' || scaleJitter.length > 0) return true
  return imageSize !== null && (imageSize !== image.height || imageSize !== image.width)
}

/** Stored images that are smaller than what a recipe makes of them. */
export const enlargedImagesSchema = z.strictObject({
  dataset: z.string(),
  /** Height and width as stored. */
  stored: z.tuple([z.int(), z.int()]),
  /** Length of the shorter side, in pixels, to which the recipe scales at least, before it crops. */
  side: z.number(),
  /** Whether that side is drawn anew for each image (`scaleJitter`). */
  drawn: z.boolean(),
})
type EnlargedImages = z.infer<typeof enlargedImagesSchema>

/** Finds images that are enlarged on their way to the network; null where none are, and for images of sizes of their own. */
export function enlargedImages({ name, image }: DatasetImages, { imageSize, scaleJitter }: SizeSettings): EnlargedImages | null {
  if (image.size === 'varied' || !areImagesScaled({ image }, { imageSize, scaleJitter })) return null
  const stored = Math.min(image.height, image.width)
  const side = Math.ceil(((imageSize ?? stored) * (scaleJitter[0] ?? testSide)) / paperSide)
  if (side <= stored) return null
  return { dataset: name, stored: [image.height, image.width], side, drawn: scaleJitter.length > 0 }
}

/**
 * Says that images are enlarged, and what can be done about it.
 * @param write how the recipe's image size is written where this is read, such as `--set imageSize=64`
 */
export function enlargedWords(images: EnlargedImages, write: (side: number) => string): string {
  const { dataset, stored, side, drawn } = images
  const [height, width] = stored
  const own = drawn ? '' : `, or train at their own size (${write(Math.min(height, width))})`
  return (
    `The images of ${dataset} are stored at ${width}×${height} and are enlarged to ${side} pixels${drawn ? ' or more' : ''} ` +
    `before they are cropped, which adds computation and no detail. Store them at ${side} pixels or more${own}.`
  )
}

/** Bytes of the images that a run reads, as the backend would hold them; null for those of sizes of their own. */
function residentBytesOf(image: DatasetManifest['image'], splits: PlannedSplits): number | null {
  return image.size === 'fixed' ? runImagesOf(splits) * imageBytesOf(image satisfies FixedImage) : null
}

/**
 * Whether a run reads its images again for each batch, in threads that run ahead, or holds them all: those that are scaled anew each time
 * and those of a data set that is large for the machine are streamed. Both give the same numbers.
 * @param memoryBytes of the machine
 */
export function areImagesStreamed(
  dataset: DatasetImages & { readonly splits: PlannedSplits },
  recipe: SizeSettings,
  memoryBytes: number,
): boolean {
  const bytes = residentBytesOf(dataset.image, dataset.splits)
  return bytes === null || areImagesScaled(dataset, recipe) || bytes > memoryBytes * residentShare
}

/** Batches of a streamed run that are in memory: read ahead, being computed on, and those of an evaluation. */
const streamedBatches = 6
/** Codecs, decoded images before they are cropped, a second JavaScript heap. */
const readerBytes = 100e6

/**
 * Memory that a run's images take: held as uint8, a second time while they are loaded, or those that are on their way.
 * @param inputShape height, width, channels of what the network sees
 * @param memoryBytes of the machine
 */
export function imageMemoryBytes(
  dataset: DatasetImages & { readonly splits: PlannedSplits },
  recipe: SizeSettings & Pick<Recipe, 'batchSize'>,
  inputShape: readonly number[],
  memoryBytes: number,
): number {
  const resident = residentBytesOf(dataset.image, dataset.splits)
  if (resident !== null && !areImagesStreamed(dataset, recipe, memoryBytes)) return 2 * resident
  return readerBytes + streamedBatches * recipe.batchSize * elements(inputShape)
}
