import type { FileHandle } from 'node:fs/promises'
import { messageOf } from '../../../../common/caught.ts'
import { codecs } from '../../../data/decode/codecs.ts'
import { jpegTurbo } from '../../../data/decode/jpeg-turbo.ts'
import type { CropRequest, ThreadSettings } from './pipeline-messages.ts'
import { scaleWindow } from './scale-window.ts'

type ReadSettings = Pick<ThreadSettings, 'channels' | 'encoded' | 'height' | 'width'>

/** More than any photograph has; a larger image is not decoded just to be refused. */
const maximumPixels = 2 ** 28
/** A larger one is decoded by libvips, which shrinks a JPEG while it decodes; a smaller one as a whole. */
const wholePixels = 2 ** 20

/** A window of an image as it is stored or scaled. */
interface Cut {
  readonly width: number
  readonly height: number
  readonly top: number
  readonly left: number
}

/**
 * Reads one image and writes the wanted windows of it, scaled, as uint8 [windows, height, width, channels]. A pure function of the bytes
 * and the request on one machine.
 * @throws Error saying what is wrong with the image
 */
export async function readCrop(file: FileHandle, crop: CropRequest, settings: ReadSettings, into: Uint8Array): Promise<void> {
  const bytes = await readBytes(file, crop)
  const windowBytes = settings.height * settings.width * settings.channels
  const eachWindow = (write: (at: CropRequest['windows'][number], part: Uint8Array) => void) =>
    crop.windows.forEach((at, index) => write(at, into.subarray(index * windowBytes, (index + 1) * windowBytes)))
  const scaled = { width: crop.scaledWidth, height: crop.scaledHeight }
  if (settings.encoded && crop.height * crop.width > wholePixels) {
    const [only, ...others] = crop.windows
    // A single window is cut before the pixels around it are computed.
    if (others.length === 0) into.set(await shrunk(bytes, scaled, settings, { ...only!, width: settings.width, height: settings.height }))
    else {
      const pixels = await shrunk(bytes, scaled, settings, { top: 0, left: 0, ...scaled })
      eachWindow((at, part) => copyWindow(pixels, { ...at, ...scaled }, settings, part))
    }
    return
  }
  const pixels = settings.encoded ? await decoded(bytes, crop, settings) : bytes
  const isScaled = crop.scaledHeight !== crop.height || crop.scaledWidth !== crop.width
  eachWindow((at, part) => {
    if (isScaled) scaleWindow(pixels, { ...crop, ...at }, settings, part)
    else copyWindow(pixels, { ...at, width: crop.width, height: crop.height }, settings, part)
  })
}

/** uint8 [crop.height, crop.width, channels] */
async function decoded(bytes: Buffer, crop: CropRequest, { channels }: ReadSettings): Promise<Uint8Array> {
  const quick = channels === 3 && bytes[0] === 0xff && bytes[1] === 0xd8 ? jpegTurbo() : null
  if (quick) {
    const pixels = Buffer.allocUnsafe(crop.height * crop.width * 3)
    // What it refuses, such as a damaged file, libvips judges.
    const size = await quick.decompress(bytes, pixels, { format: quick.FORMAT_RGB }).catch(() => null)
    if (size?.height === crop.height && size.width === crop.width) return pixels
  }
  const pixels = await plain(await open(bytes), channels)
    .raw()
    .toBuffer()
  return requireLength(pixels, crop.height * crop.width * channels)
}

/** A window of the image at another size. */
async function shrunk(bytes: Buffer, size: Pick<Cut, 'width' | 'height'>, { channels }: ReadSettings, cut: Cut): Promise<Uint8Array> {
  const scaled = (await open(bytes)).resize(size.width, size.height, { fit: 'fill', kernel: 'linear' }).extract(cut)
  return requireLength(await plain(scaled, channels).raw().toBuffer(), cut.width * cut.height * channels)
}

type Pipeline = Awaited<ReturnType<typeof open>>

/** An orientation tag is not looked at: what is stored is upright. */
async function open(bytes: Buffer) {
  const sharp = await codecs()
  return sharp(bytes, { failOn: 'error', ignoreIcc: true, limitInputPixels: maximumPixels, sequentialRead: true })
}

function plain(image: Pipeline, channels: number): Pipeline {
  return image.removeAlpha().toColourspace(channels === 1 ? 'b-w' : 'srgb')
}

function requireLength(pixels: Uint8Array, length: number): Uint8Array {
  if (pixels.length === length) return pixels
  throw new Error(`expected ${length} bytes of pixels as the index says, got ${pixels.length}`)
}

async function readBytes(file: FileHandle, { offset, length }: CropRequest): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done)
    if (bytesRead === 0) throw new Error(`the file ends at offset ${offset + done}, in the image`)
    done += bytesRead
  }
  return bytes
}

function copyWindow(bytes: Uint8Array, crop: Cut, { channels, height, width }: ReadSettings, into: Uint8Array): void {
  if (crop.height === height && crop.width === width) {
    into.set(bytes)
    return
  }
  for (let row = 0; row < height; row++) {
    const from = ((crop.top + row) * crop.width + crop.left) * channels
    into.set(bytes.subarray(from, from + width * channels), row * width * channels)
  }
}

/** "…/train-images.u8, image 12: …" */
export function problemOf(path: string, { image, length }: CropRequest, error: unknown): string {
  return `${path}, image ${image} (${length} bytes): ${messageOf(error).split('\n')[0] ?? 'cannot be read'}`
}
