import { Random, randomStreams } from './random.ts'

/** Height and width in pixels. */
export interface ImageSize {
  readonly height: number
  readonly width: number
}

/** A window of the network's size in an image that is scaled to the given size before. */
export interface ScaledCrop {
  readonly scaled: ImageSize
  readonly top: number
  readonly left: number
}

/** Sides in the paper are for crops of so many pixels. */
export const paperSide = 224
/** Shorter side of a test image for a centre crop of {@link paperSide}. */
export const testSide = 256

/**
 * Section 3.4's single view: the image is scaled so that its shorter side is 256/224 of the crop, and the centre is taken.
 * @param size of the crop
 */
export function centreCrop(image: ImageSize, size: ImageSize): ScaledCrop {
  const scaled = scaledSize(image, size, testSide / paperSide)
  return { scaled, top: Math.floor((scaled.height - size.height) / 2), left: Math.floor((scaled.width - size.width) / 2) }
}

/**
 * Draws section 3.4's crop for each image of a training step: the shorter side uniform in the range, which holds for crops of 224 pixels,
 * and the crop uniform in the scaled image. A pure function of its arguments; mirroring is drawn apart, see augmentation.ts.
 * @param range smallest and largest side; empty for test images' scale
 * @param step steps of the run done before this one
 */
export function drawScaledCrops(
  images: readonly ImageSize[],
  size: ImageSize,
  range: readonly number[],
  seed: number,
  step: number,
): ScaledCrop[] {
  const [smallest = testSide, largest = testSide] = range
  const random = new Random(seed, randomStreams.scale, step)
  return images.map((image) => {
    const scaled = scaledSize(image, size, (smallest + random.uniform() * (largest - smallest)) / paperSide)
    return {
      scaled,
      top: random.below(scaled.height - size.height + 1),
      left: random.below(scaled.width - size.width + 1),
    }
  })
}

/** Scales an image to cover `ratio` times the crop, its proportions kept to the pixel. @param ratio at least 1 */
export function scaledSize(image: ImageSize, crop: ImageSize, ratio: number): ImageSize {
  const factor = ratio * Math.max(crop.height / image.height, crop.width / image.width)
  const scaled = (side: number, least: number) => Math.max(least, Math.round(side * factor))
  return { height: scaled(image.height, crop.height), width: scaled(image.width, crop.width) }
}
