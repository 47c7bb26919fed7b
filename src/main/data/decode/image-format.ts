/** First bytes of the formats that people have images in, in hexadecimal. */
const starts: readonly (readonly [RegExp, string])[] = [
  [/^ffd8ff/, 'jpeg'],
  [/^89504e470d0a1a0a/, 'png'],
  [/^47494638(?:37|39)61/, 'gif'],
  [/^52494646.{8}57454250/, 'webp'],
  [/^(?:49492a00|4d4d002a)/, 'tiff'],
  [/^.{8}66747970(?:61766966|61766973)/, 'avif'],
  [/^.{8}66747970(?:68656963|68656978|6d696631)/, 'heic'],
  [/^424d.{8}0000/, 'bmp'],
]

/** The format of an image by its first bytes, whatever its name says; null for no image. */
export function imageFormatOf(content: Uint8Array): string | null {
  const head = Buffer.from(content.subarray(0, 16)).toString('hex')
  return starts.find(([start]) => start.test(head))?.[1] ?? null
}

/** The last bytes of a whole image, in hexadecimal, wherever they stand: some programs write more behind them. */
const ends: Readonly<Record<string, string>> = { png: '49454e44ae426082', jpeg: 'ffd9' }

/**
 * Whether a PNG or JPEG lacks its end marker. Decoders do not mind as long as all pixels are there: what is cut off has cost none then.
 */
export function lacksEnd(format: string, content: Buffer): boolean {
  const end = ends[format]
  return end !== undefined && content.lastIndexOf(Buffer.from(end, 'hex')) < 0
}
