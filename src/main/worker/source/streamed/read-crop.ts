import type { FileHandle } from 'node:fs/promises'
import { messageOf } from '../../../../common/caught.ts'
import { codecs } from '../../../data/decode/codecs.ts'
import type { CropRequest, ThreadSettings } from './pipeline-messages.ts'

/** More than any photograph has; a larger image is not decoded just to be refused. */
const maximumPixels = 2 ** 28

/**
 * Reads one image and writes the wanted window of it, scaled, as uint8 [height, width, channels]: by a triangle filter that is widened
 * where the image shrinks (PIL's and torchvision's antialiased bilinear), a JPEG shrunk while it is decoded where that is exact enough.
 * @throws Error saying what is wrong with the image
 */
export async function readCrop(
  file: FileHandle,
  crop: CropRequest,
  settings: Pick<ThreadSettings, 'channels' | 'encoded' | 'height' | 'width'>,
  into: Uint8Array,
): Promise<void> {
  const bytes = await readBytes(file, crop)
  const { encoded, channels, height, width } = settings
  const isScaled = crop.scaledHeight !== crop.height || crop.scaledWidth !== crop.width
  if (!encoded && !isScaled) {
    copyWindow(bytes, crop, settings, into)
    return
  }
  const sharp = await codecs()
  const raw = { width: crop.width, height: crop.height, channels: channels as 1 | 2 | 3 | 4 }
  const source = encoded
    ? sharp(bytes, { failOn: 'error', ignoreIcc: true, limitInputPixels: maximumPixels, sequentialRead: true })
    : sharp(bytes, { raw })
  // An orientation tag is not looked at: what is stored is upright.
  const scaled = source
    .resize(crop.scaledWidth, crop.scaledHeight, { fit: 'fill', kernel: 'linear' })
    .extract({ left: crop.left, top: crop.top, width, height })
  const plain = encoded ? scaled.removeAlpha().toColourspace(channels === 1 ? 'b-w' : 'srgb') : scaled
  const { data, info } = await plain.raw().toBuffer({ resolveWithObject: true })
  if (data.length !== into.length) {
    throw new Error(`expected ${height}x${width} pixels of ${channels} channels, got ${info.height}x${info.width} of ${info.channels}`)
  }
  into.set(data)
}

async function readBytes(file: FileHandle, { offset, length }: CropRequest): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(length)
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done)
    if (bytesRead === 0) throw new Error(`the file ends at offset ${offset + done}, in the image`)
    done += bytesRead
  }
  return bytes
}

function copyWindow(
  bytes: Uint8Array,
  crop: CropRequest,
  { channels, height, width }: Pick<ThreadSettings, 'channels' | 'height' | 'width'>,
  into: Uint8Array,
): void {
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
