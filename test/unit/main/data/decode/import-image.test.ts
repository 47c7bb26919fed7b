import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { importImage } from '../../../../../src/main/data/decode/import-image.ts'

const [width, height] = [40, 20]
/** Red left, blue right. */
const pixels = Buffer.from(
  Array.from({ length: width * height * 3 }, (_, at) => (Math.floor(at / 3) % width < width / 2 ? [200, 30, 30] : [30, 30, 200])[at % 3]!),
)
const image = () => sharp(pixels, { raw: { width, height, channels: 3 } })
/** The entropy-coded part of this one ends with a whole byte, so that a JPEG of it can be read without its end marker. */
const grain = () =>
  sharp(Buffer.from(Array.from({ length: 40 * 30 * 3 }, (_, at) => (at * 7919) % 251)), { raw: { width: 40, height: 30, channels: 3 } })
const corner = ({ bytes }: { bytes: Buffer }) => [...bytes.subarray(0, 3)]
const expectNear = (got: readonly number[], wanted: readonly number[], tolerance: number) =>
  got.forEach((value, channel) =>
    expect(Math.abs(value - wanted[channel]!), `${got.join()} for ${wanted.join()}`).toBeLessThanOrEqual(tolerance),
  )

describe('importImage', () => {
  it.each<[string, () => Sharp, string[], number[], number]>([
    ['a JPEG', () => image().jpeg(), [], [200, 30, 30], 4],
    ['a progressive JPEG', () => image().jpeg({ progressive: true }), [], [200, 30, 30], 4],
    ['a grey JPEG', () => image().toColourspace('b-w').jpeg(), ['grey'], [102, 102, 102], 4],
    ['a PNG with a palette', () => image().png({ palette: true }), ['palette'], [200, 30, 30], 2],
    ['a PNG of 16 bits', () => image().toColourspace('rgb16').png(), ['deep'], [200, 30, 30], 2],
    ['a grey PNG of 16 bits', () => image().toColourspace('grey16').png(), ['grey', 'deep'], [102, 102, 102], 2],
    ['a JPEG in CMYK', () => image().toColourspace('cmyk').jpeg(), ['cmyk'], [200, 8, 3], 12],
    ['a half transparent PNG, laid onto white', () => image().ensureAlpha(0.5).png(), ['transparent'], [227, 142, 142], 2],
    ['a WebP', () => image().webp(), [], [200, 30, 30], 6],
    ['a TIFF', () => image().tiff({ compression: 'lzw' }), [], [200, 30, 30], 2],
    ['an AVIF', () => image().avif({ quality: 90 }), [], [200, 30, 30], 6],
  ])('importImage reads %s as 8-bit colour, upright and of the size asked for', async (_, made, traits, colour, tolerance) => {
    const encoded = await made().toBuffer()
    const small = await importImage(encoded, 8)
    expect([small.height, small.width, small.bytes.length]).toEqual([8, 8, 8 * 8 * 3])
    expect(small.traits).toEqual(traits)
    expectNear(corner(small), colour, tolerance)
    const kept = await importImage(encoded, 'keep')
    expect([kept.height, kept.width]).toEqual([height, width])
    const decoded = await sharp(kept.bytes).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
    expect([decoded.info.height, decoded.info.width, decoded.info.channels], 'what is kept needs no further care').toEqual([
      height,
      width,
      3,
    ])
    expectNear(corner({ bytes: decoded.data }), colour, tolerance + 3)
  })

  it('importImage turns an image as its EXIF says, also one that is kept', async () => {
    const rotated = await image().jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer()
    const upright = await importImage(rotated, 'as-is')
    expect([upright.height, upright.width, upright.original]).toEqual([width, height, { height: width, width: height }])
    expectNear([...upright.bytes.subarray(0, 3)], [200, 30, 30], 4)
    expectNear([...upright.bytes.subarray(-3)], [30, 30, 200], 4)
    const kept = await sharp((await importImage(rotated, 'keep')).bytes).metadata()
    expect([kept.height, kept.width, kept.orientation ?? 1]).toEqual([width, height, 1])
  })

  it('importImage takes the first frame of an animation', async () => {
    const frame = (background: string) =>
      sharp({ create: { width: 16, height: 16, channels: 3, background } })
        .png()
        .toBuffer()
    const animated = await sharp([await frame('#ff0000'), await frame('#0000ff')], { join: { animated: true } })
      .gif()
      .toBuffer()
    const read = await importImage(animated, 'as-is')
    expect([read.height, read.width, read.traits.includes('animated')]).toEqual([16, 16, true])
    expectNear(corner(read), [255, 0, 0], 2)
    expect((await sharp((await importImage(animated, 'keep')).bytes).metadata()).pages ?? 1).toBe(1)
  })

  it('importImage scales the shorter side and cuts out the middle', async () => {
    const wide = Buffer.alloc(90 * 30 * 3)
    for (let at = 0; at < 90 * 30; at++) wide[at * 3 + (at % 90 < 30 ? 0 : at % 90 < 60 ? 1 : 2)] = 255
    const encoded = await sharp(wide, { raw: { width: 90, height: 30, channels: 3 } })
      .png()
      .toBuffer()
    const { bytes } = await importImage(encoded, 10)
    for (const column of [1, 5, 8]) expectNear([...bytes.subarray((50 + column) * 3, (50 + column) * 3 + 3)], [0, 255, 0], 12)
  })

  it('importImage keeps a JPEG, a PNG and a WebP byte for byte where nothing has to be done to them', async () => {
    for (const encoded of [await image().jpeg().toBuffer(), await image().png().toBuffer(), await image().webp().toBuffer()])
      expect((await importImage(encoded, 'keep')).bytes.equals(encoded)).toBe(true)
  })

  it.each([1, 2, 10, 100, 300])('importImage refuses a JPEG that lacks its last %i bytes, also where it is kept', async (missing) => {
    const encoded = await image().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()
    for (const side of [8, 'keep', 'as-is'] as const)
      await expect(importImage(encoded.subarray(0, encoded.length - missing), side)).rejects.toThrow(
        /^a damaged or truncated image of \d+ bytes/,
      )
  })

  it.each([
    ['an empty file', Buffer.alloc(0), 'no image: an empty file'],
    ['a text', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'no image: it starts with the bytes 3c7376672078'],
    ['a BMP', Buffer.from('424d46000000000000003600000028000000', 'hex'), 'an image of the format bmp, which is not read: convert it'],
  ])('importImage refuses %s and says what came', async (_, encoded, message) => {
    await expect(importImage(encoded, 8)).rejects.toThrow(message)
  })

  it.each([
    ['PNG', () => grain().png(), 12],
    ['JPEG', () => grain().jpeg(), 2],
  ] as const)('importImage takes a %s that lacks no more than its end marker, and tells it', async (_, made, markerBytes) => {
    const whole = await made().toBuffer()
    const cut = await importImage(whole.subarray(0, whole.length - markerBytes), 'as-is')
    expect(cut.traits).toEqual(['marred'])
    expect(cut.bytes).toEqual((await importImage(whole, 'as-is')).bytes)
    await expect(importImage(whole.subarray(0, whole.length - markerBytes - 2), 'as-is')).rejects.toThrow(/damaged or truncated/)
  })
})
