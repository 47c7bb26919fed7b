import { SkiplabError } from '../../../common/failure.ts'
import { codecs } from './codecs.ts'

export interface ShrunkImage {
  /** [height, width, channels] */
  readonly shape: readonly [number, number, number]
  /** uint8 [height, width, channels]. */
  readonly pixels: Buffer
}

/** Most pixels that are decoded: more than photographs have. */
const maximumPixels = 2 ** 27

/**
 * Makes a preview of an image, at most `side` pixels high and wide; small ones keep their size.
 * @param raw shape of uint8 [height, width, channels]; null for a whole PNG or JPEG file, which comes as RGB
 * @param where the image's path, for messages
 * @throws SkiplabError bad-input when a file cannot be decoded
 */
export async function shrinkImage(
  bytes: Uint8Array,
  raw: { readonly height: number; readonly width: number; readonly channels: number } | null,
  side: number,
  where: string,
): Promise<ShrunkImage> {
  if (raw) return everyNthPixel(bytes, raw, Math.ceil(Math.max(raw.height, raw.width) / side))
  const sharp = await codecs()
  try {
    const { data, info } = await sharp(bytes, { failOn: 'warning', limitInputPixels: maximumPixels })
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    return { shape: [info.height, info.width, info.channels], pixels: data }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new SkiplabError('bad-input', `${where}: damaged or truncated image of ${bytes.length} bytes (${reason}).`)
  }
}

function everyNthPixel(bytes: Uint8Array, raw: { height: number; width: number; channels: number }, step: number): ShrunkImage {
  const { channels } = raw
  const [height, width] = [Math.ceil(raw.height / step), Math.ceil(raw.width / step)]
  const pixels = Buffer.alloc(height * width * channels)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (row * raw.width + column) * step * channels
      pixels.set(bytes.subarray(from, from + channels), (row * width + column) * channels)
    }
  }
  return { shape: [height, width, channels], pixels }
}
