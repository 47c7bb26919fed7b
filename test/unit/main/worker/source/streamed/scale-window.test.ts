import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { Random } from '../../../../../../src/common/training/random.ts'
import { jpegTurbo } from '../../../../../../src/main/data/decode/jpeg-turbo.ts'
import { readCrop } from '../../../../../../src/main/worker/source/streamed/read-crop.ts'
import { scaleWindow } from '../../../../../../src/main/worker/source/streamed/scale-window.ts'

const request = (height: number, width: number, scaledHeight: number, scaledWidth: number, top = 0, left = 0) => ({
  ...{ file: 0, image: 0, offset: 0, length: height * width * 3 },
  ...{ height, width, scaledHeight, scaledWidth, top, left },
})

const random = new Random(2)
const pixels = (height: number, width: number) => Uint8Array.from({ length: height * width * 3 }, () => random.below(256))

function scaled(image: Uint8Array, crop: ReturnType<typeof request>, height: number, width: number): Uint8Array {
  const into = new Uint8Array(height * width * 3)
  scaleWindow(image, crop, { channels: 3, height, width }, into)
  return into
}

/** 0 to 255. */
function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length
}

describe('a window of a scaled image', () => {
  it.each([
    [40, 60, 20, 30],
    [41, 67, 23, 31],
    [20, 30, 33, 50],
    [100, 9, 24, 24],
  ])('of %ix%i pixels, scaled to %ix%i, is cut from the whole scaled image', (height, width, scaledHeight, scaledWidth) => {
    const image = pixels(height, width)
    const whole = scaled(image, request(height, width, scaledHeight, scaledWidth), scaledHeight, scaledWidth)
    const window = scaled(image, request(height, width, scaledHeight, scaledWidth, 4, 7), 16, 15)
    for (let row = 0; row < 16; row++) {
      const from = ((row + 4) * scaledWidth + 7) * 3
      expect(window.subarray(row * 45, (row + 1) * 45)).toEqual(whole.subarray(from, from + 45))
    }
  })

  it('agrees with libvips’s widened triangle filter to within a grey level on average', async () => {
    const image = pixels(90, 120)
    const raw = { raw: { height: 90, width: 120, channels: 3 as const } }
    for (const [height, width] of [
      [31, 47],
      [64, 64],
    ] as const) {
      const theirs = await sharp(image, raw).resize(width, height, { fit: 'fill', kernel: 'linear' }).raw().toBuffer()
      expect(meanDifference(scaled(image, request(90, 120, height, width), height, width), theirs)).toBeLessThan(1)
    }
  })

  it('of an image of one colour has this colour', () => {
    const image = new Uint8Array(50 * 70 * 3).fill(201)
    expect(new Set(scaled(image, request(50, 70, 37, 91), 37, 91))).toEqual(new Set([201]))
  })
})

describe('an encoded image', () => {
  it.skipIf(jpegTurbo() === null)(
    'gives the pixels of libvips to within two grey levels where libjpeg-turbo decodes a JPEG, and the same for PNG and WebP',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'skiplab-crop-'))
      try {
        const soft = await sharp(pixels(12, 16), { raw: { height: 12, width: 16, channels: 3 } })
          .resize(160, 120)
          .png()
          .toBuffer()
        for (const format of ['jpeg', 'png', 'webp'] as const) {
          const bytes = await sharp(soft).toFormat(format, { quality: 90 }).toBuffer()
          const path = join(folder, format)
          await writeFile(path, bytes)
          const file = await open(path, 'r')
          const into = new Uint8Array(40 * 40 * 3)
          const crop = { ...request(120, 160, 60, 80), length: bytes.length, windows: [{ top: 3, left: 11 }] }
          await readCrop(file, crop, { channels: 3, encoded: true, height: 40, width: 40 }, into)
          await file.close()
          const whole = await sharp(bytes).removeAlpha().raw().toBuffer()
          const wanted = scaled(whole, request(120, 160, 60, 80, 3, 11), 40, 40)
          expect(meanDifference(into, wanted), format).toBeLessThanOrEqual(format === 'jpeg' ? 2 : 0)
        }
      } finally {
        await rm(folder, { recursive: true })
      }
    },
  )

  it.each([
    ['as it is stored', { side: [120, 160], to: [120, 160], encoded: false }],
    ['scaled', { side: [120, 160], to: [60, 80], encoded: false }],
    ['decoded and scaled', { side: [120, 160], to: [60, 80], encoded: true }],
    ['decoded and shrunk by libvips', { side: [1100, 1000], to: [88, 80], encoded: true }],
  ] as const)('gives five windows at once, %s, that equal each read for itself', async (_, { side: [height, width], to, encoded }) => {
    const folder = await mkdtemp(join(tmpdir(), 'skiplab-windows-'))
    try {
      const raw = pixels(height, width)
      const bytes = encoded
        ? await sharp(raw, { raw: { height, width, channels: 3 } })
            .jpeg()
            .toBuffer()
        : raw
      await writeFile(join(folder, 'image'), bytes)
      const file = await open(join(folder, 'image'), 'r')
      const settings = { channels: 3, encoded, height: 40, width: 50 }
      const read = async (windows: readonly { top: number; left: number }[]) => {
        const into = new Uint8Array(windows.length * 40 * 50 * 3)
        await readCrop(file, { ...request(height, width, to[0], to[1]), length: bytes.length, windows }, settings, into)
        return into
      }
      const corners = [0, 20].flatMap((top) => [0, 30].map((left) => ({ top, left })))
      const windows = [...corners, { top: 7, left: 11 }]
      const apart = await Promise.all(windows.map((window) => read([window])))
      expect(Buffer.compare(await read(windows), Buffer.concat(apart))).toBe(0)
      await file.close()
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
