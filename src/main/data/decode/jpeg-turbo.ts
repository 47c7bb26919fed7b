import { createRequire } from 'node:module'

/**
 * The part of @julusian/jpeg-turbo that reading takes: libjpeg-turbo, several times as quick as libvips on small photographs. Its fast
 * inverse DCT, TensorFlow's default too, is a grey level of 255 darker on average.
 */
interface JpegTurbo {
  readonly FORMAT_RGB: number
  decompress(image: Buffer, into: Buffer, options: { format: number }): Promise<{ width: number; height: number }>
}

let loaded: JpegTurbo | null | undefined

/** Null on a platform for which it is not built; libvips decodes there. */
export function jpegTurbo(): JpegTurbo | null {
  if (loaded !== undefined) return loaded
  try {
    // A native module; JpegTurbo is what its own types declare.
    loaded = createRequire(import.meta.url)('@julusian/jpeg-turbo') as JpegTurbo
  } catch {
    loaded = null
  }
  return loaded
}
