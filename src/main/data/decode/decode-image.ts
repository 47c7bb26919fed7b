import { SkiplabError } from '../../../common/failure.ts'
import { codecs } from './codecs.ts'

/** Most pixels that are decoded: more than any image of a small-image data set has, so that larger ones are refused early. */
const maximumPixels = 2 ** 24

/**
 * Decodes a PNG or JPEG to uint8 RGB [height, width, 3]; grey is repeated, transparency dropped.
 * @param where the image's path, for messages
 * @throws SkiplabError bad-input when it is another format, damaged anywhere, or of another size
 */
export async function decodeImage(encoded: Buffer, width: number, height: number, where: string): Promise<Buffer> {
  if (!isJpeg(encoded) && !isPng(encoded)) {
    const start = encoded.length === 0 ? 'an empty file' : `a file that starts with the bytes ${encoded.toString('hex', 0, 8)}`
    throw new SkiplabError('bad-input', `${where}, offset 0: expected a PNG or JPEG image, got ${start}.`)
  }
  const sharp = await codecs()
  try {
    const { data, info } = await sharp(encoded, { failOn: 'warning', limitInputPixels: maximumPixels })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    if (info.width === width && info.height === height && info.channels === 3) return data
    throw new SkiplabError(
      'bad-input',
      `${where}: expected ${width}x${height} pixels in colour, got ${info.width}x${info.height} with ${info.channels} channels.`,
    )
  } catch (error) {
    if (error instanceof SkiplabError) throw error
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new SkiplabError('bad-input', `${where}: damaged or truncated image of ${encoded.length} bytes (${reason}).`)
  }
}

const isJpeg = (bytes: Buffer) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
const isPng = (bytes: Buffer) => bytes.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n'
