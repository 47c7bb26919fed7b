import type { Metadata, Sharp } from 'sharp'
import { SkiplabError } from '../../../common/failure.ts'
import { codecs } from './codecs.ts'
import { imageFormatOf, lacksEnd } from './image-format.ts'

/** What had to be done to an image, or was found out about it. */
export type ImageTrait = 'grey' | 'palette' | 'transparent' | 'cmyk' | 'deep' | 'rotated' | 'animated' | 'marred'

export interface ImportedImage {
  /** uint8 [side, side, 3]; for a kept image a whole JPEG, PNG or WebP file. */
  readonly bytes: Buffer
  /** Of `bytes`. */
  readonly height: number
  readonly width: number
  /** Of the original, upright. */
  readonly original: { readonly height: number; readonly width: number }
  readonly traits: readonly ImageTrait[]
}

/** More than photographs have: 16384 x 16384. */
const maximumPixels = 2 ** 28
/** What files are laid onto where they are transparent. */
const ground = { r: 255, g: 255, b: 255 }
/** Of a JPEG that has to be written anew; its colour is kept at full resolution. */
const quality = 95
const upright = new Set([undefined, 1])
/** Formats that can be stored as they are. */
const stored = new Set(['jpeg', 'png', 'webp'])
/** What decoders complain of without a pixel being wrong. */
const harmless = /extraneous bytes before marker|Unknown Adobe color transform|iCCP|profile|EXIF|tag|chunk/i

/**
 * An image of any format that is read, as people have them, in colour: grey is repeated, palettes, CMYK and 16 bits become 8-bit sRGB, what
 * is transparent is laid onto white, EXIF's turn is made, of an animation the first frame is taken. What is told of the file is its
 * content, not its name.
 * @param side pixels: the shorter side is scaled to it (Lanczos) and the middle cut out; `keep` for a whole JPEG, PNG or WebP file, as
 *   it is
 *   where it can be stored so, else as a JPEG of quality 95 or a PNG; `as-is` for the pixels at their size
 * @throws SkiplabError bad-input, without the image's name, when it is no image or damaged anywhere
 */
export async function importImage(encoded: Buffer, side: number | 'keep' | 'as-is'): Promise<ImportedImage> {
  const format = imageFormatOf(encoded)
  if (format === null)
    throw refuse(`no image: ${encoded.length === 0 ? 'an empty file' : `it starts with the bytes ${encoded.toString('hex', 0, 6)}`}`)
  if (format === 'bmp' || format === 'heic') throw refuse(`an image of the format ${format}, which is not read: convert it to JPEG or PNG`)
  try {
    return await decode(encoded, side, 'warning', lacksEnd(format, encoded) ? ['marred'] : [])
  } catch (error) {
    if (error instanceof SkiplabError) throw error
    const reason = reasonOf(error)
    if (!harmless.test(reason)) throw damaged(encoded, reason)
    return decode(encoded, side, 'error', ['marred']).catch((second: unknown) => {
      throw damaged(encoded, reasonOf(second))
    })
  }
}

async function decode(
  encoded: Buffer,
  side: number | 'keep' | 'as-is',
  failOn: 'warning' | 'error',
  found: readonly ImageTrait[],
): Promise<ImportedImage> {
  const sharp = await codecs()
  const image = sharp(encoded, { failOn, limitInputPixels: maximumPixels })
  const metadata = await image.metadata()
  const traits = [...found, ...traitsOf(metadata)]
  const rotated = (metadata.orientation ?? 1) >= 5
  const original = rotated ? { height: metadata.width, width: metadata.height } : { height: metadata.height, width: metadata.width }
  const colour = inColour(image, traits)
  if (side === 'keep') return keep(encoded, colour, metadata, original, traits)
  const sized = side === 'as-is' ? colour : colour.resize(side, side, { fit: 'cover', position: 'centre' })
  const { data, info } = await sized.raw().toBuffer({ resolveWithObject: true })
  if (info.channels !== 3) throw refuse(`an image that gives ${info.channels} channels, expected 3 of colour`)
  return { bytes: data, height: info.height, width: info.width, original, traits }
}

function inColour(image: Sharp, traits: readonly ImageTrait[]): Sharp {
  const rotated = image.autoOrient()
  return (traits.includes('transparent') ? rotated.flatten({ background: ground }) : rotated).toColourspace('srgb')
}

/** The file as it is where every reader gives upright 8-bit colour or grey of it; it is decoded all the same, so that damage is found. */
async function keep(
  encoded: Buffer,
  colour: Sharp,
  { format }: Metadata,
  original: { height: number; width: number },
  traits: readonly ImageTrait[],
): Promise<ImportedImage> {
  const plain = stored.has(format) && !traits.some((trait) => trait !== 'grey' && trait !== 'palette' && trait !== 'marred')
  if (plain) {
    await colour.resize(8, 8, { fit: 'fill', fastShrinkOnLoad: false }).raw().toBuffer()
    return { bytes: encoded, ...original, original, traits }
  }
  const written = format === 'jpeg' ? colour.jpeg({ quality, chromaSubsampling: '4:4:4' }) : colour.png({ compressionLevel: 6 })
  const { data, info } = await written.toBuffer({ resolveWithObject: true })
  return { bytes: data, height: info.height, width: info.width, original, traits }
}

function traitsOf({ space, hasAlpha, depth, orientation, pages, isPalette }: Metadata): ImageTrait[] {
  const traits: ImageTrait[] = []
  if (space === 'b-w' || space === 'grey16') traits.push('grey')
  if (isPalette) traits.push('palette')
  if (hasAlpha) traits.push('transparent')
  if (space === 'cmyk') traits.push('cmyk')
  if (depth !== 'uchar') traits.push('deep')
  if (!upright.has(orientation)) traits.push('rotated')
  if ((pages ?? 1) > 1) traits.push('animated')
  return traits
}

const refuse = (what: string) => new SkiplabError('bad-input', what)
const damaged = ({ length }: Buffer, reason: string) => refuse(`a damaged or truncated image of ${length} bytes (${reason})`)
const reasonOf = (error: unknown) => (error instanceof Error ? error.message.split('\n')[0]! : String(error))
