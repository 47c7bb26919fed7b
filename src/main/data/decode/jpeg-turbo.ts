import { createRequire } from 'node:module'

/**
 * The part of @julusian/jpeg-turbo that reading takes: libjpeg-turbo, several times as quick as libvips on small photographs. It always
 * takes the fast inverse DCT, TensorFlow's default too, whose shifts do not round: 0.8 grey levels of 255 darker than the accurate one,
 * which libvips and Pillow take (0.5 where there is no colour; how colour is enlarged makes no difference).
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
