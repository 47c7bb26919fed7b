import type { TestProtocol } from '../results/protocols.ts'
import { centreCrop, scaledSize, testSide, paperSide, type ImageSize } from '../training/scaled-crop.ts'

/** One way in which the network sees an image: a window of the image, scaled and padded with zeros, or the window's mirror image. */
export interface View {
  /** Size to which the image is scaled. */
  readonly scaled: ImageSize
  /** Zero pixels on each side of the scaled image, after normalization. */
  readonly padding: number
  /** The window, in pixels of the padded image. */
  readonly top: number
  readonly left: number
  readonly size: ImageSize
  readonly mirrored: boolean
}

/** What views depend on besides the image. */
export interface ViewSettings {
  /** What the network was trained on. */
  readonly size: ImageSize
  /** Whether images are scaled on their way to the network; else they are stored in its size. */
  readonly scaled: boolean
  /** Whether all images of the data set have one size. */
  readonly sameSize: boolean
  /** The recipe's; 0 where it crops none. */
  readonly cropPadding: number
}

/** Padding of crops where the recipe says none: section 4.2's. */
const usualPadding = 4

/** Shorter sides of the paper's fully convolutional test (section 3.4), for networks of {@link paperSide} pixels. */
const paperScales = [224, 256, 384, 480, 640] as const

/** Multi-scale sides are multiples of so many pixels, so that CIFAR nets halve their maps evenly twice. */
const sideStep = 4

/** Lists a protocol's views of an image: a pure function, whose number, sizes and mirroring are the same for all images of a data set. */
export function viewsOf(protocol: TestProtocol, image: ImageSize, settings: ViewSettings): View[] {
  switch (protocol) {
    case 'single-view':
    case 'centre-crop':
      return [centreView(image, settings)]
    case '10-crop':
      return settings.scaled ? scaledCrops(image, settings) : paddedCrops(settings)
    case 'multi-scale':
      return paperScales.flatMap((side) => mirroredToo(wholeView(image, side / paperSide, settings)))
  }
}

/** In how many ways each image is seen. */
export const viewCounts: Readonly<Record<TestProtocol, number>> = {
  'single-view': 1,
  'centre-crop': 1,
  '10-crop': 10,
  'multi-scale': 2 * paperScales.length,
}

function centreView(image: ImageSize, { size, scaled }: ViewSettings): View {
  const crop = scaled ? centreCrop(image, size) : { scaled: size, top: 0, left: 0 }
  return { ...crop, padding: 0, size, mirrored: false }
}

/** Corners and centre of the image in a frame of zeros, as training crops it: whole images of the network's size would be all alike. */
function paddedCrops({ size, cropPadding }: ViewSettings): View[] {
  const padding = cropPadding || usualPadding
  return cornersAndCentre({ height: 2 * padding, width: 2 * padding }).flatMap((at) =>
    mirroredToo({ scaled: size, padding, ...at, size, mirrored: false }),
  )
}

/** Corners and centre of the image whose shorter side is 256/224 of the network's. */
function scaledCrops(image: ImageSize, { size }: ViewSettings): View[] {
  const scaled = scaledSize(image, size, testSide / paperSide)
  const room = { height: scaled.height - size.height, width: scaled.width - size.width }
  return cornersAndCentre(room).flatMap((at) => mirroredToo({ scaled, padding: 0, ...at, size, mirrored: false }))
}

/** @param room by which the window can move */
function cornersAndCentre(room: ImageSize): { top: number; left: number }[] {
  const corners = [0, room.height].flatMap((top) => [0, room.width].map((left) => ({ top, left })))
  return [...corners, { top: Math.floor(room.height / 2), left: Math.floor(room.width / 2) }]
}

/**
 * The whole image at a scale; of images of several sizes the centre square (where the network's input is one), since a network is
 * compiled for one size of input at a time.
 */
function wholeView(image: ImageSize, ratio: number, { size, scaled, sameSize }: ViewSettings): View {
  const least = { height: scaledSide(size.height, ratio), width: scaledSide(size.width, ratio) }
  const whole = scaled ? scaledSize(image, least, 1) : least
  const window = sameSize ? whole : least
  return {
    scaled: whole,
    padding: 0,
    top: Math.floor((whole.height - window.height) / 2),
    left: Math.floor((whole.width - window.width) / 2),
    size: window,
    mirrored: false,
  }
}

/** The network's own side stays as it is. */
function scaledSide(side: number, ratio: number): number {
  return ratio === 1 ? side : Math.max(sideStep, sideStep * Math.round((side * ratio) / sideStep))
}

const mirroredToo = (view: View): View[] => [view, { ...view, mirrored: true }]
