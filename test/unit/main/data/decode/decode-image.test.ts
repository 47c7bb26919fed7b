import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeImage } from '../../../../../src/main/data/decode/decode-image.ts'

const side = 8
const grey = Uint8Array.from({ length: side * side }, (_, index) => index * 3)
const greyImage = () => sharp(grey, { raw: { width: side, height: side, channels: 1 } })
const decode = (bytes: Buffer) => decodeImage(bytes, side, side, 'here.png')
const repeated = [...grey].flatMap((value) => [value, value, value])

describe('decodeImage', () => {
  it('decodeImage repeats grey in three channels', async () => {
    expect([...(await decode(await greyImage().toColourspace('b-w').png().toBuffer()))]).toEqual(repeated)
  })

  it.each([
    ['a palette', () => greyImage().png({ palette: true, colours: 256, effort: 1 })],
    ['16 bits', () => greyImage().toColourspace('rgb16').png()],
    ['a JPEG', () => greyImage().jpeg({ quality: 100 })],
    ['a CMYK JPEG', () => greyImage().toColourspace('cmyk').jpeg({ quality: 100 })],
  ])('decodeImage reads %s closely', async (name, image) => {
    const decoded = await decode(await image().toBuffer())
    decoded.forEach((value, index) => expect(Math.abs(value - repeated[index]!)).toBeLessThan(name === 'a CMYK JPEG' ? 40 : 4))
  })

  it('decodeImage drops transparency and keeps the colours under it', async () => {
    const rgba = Uint8Array.from({ length: side * side * 4 }, (_, index) => index)
    const decoded = await decode(
      await sharp(rgba, { raw: { width: side, height: side, channels: 4 } })
        .png()
        .toBuffer(),
    )
    expect([...decoded.subarray(0, 6)]).toEqual([0, 1, 2, 4, 5, 6])
  })

  it('decodeImage does not turn an image by what its EXIF says', async () => {
    const turned = await greyImage().png().withMetadata({ orientation: 6 }).toBuffer()
    expect([...(await decode(turned))]).toEqual(repeated)
  })

  it.each([0, 1, 7, 20, 60])('decodeImage refuses a PNG of which only %s bytes came', async (length) => {
    const whole = await greyImage().png().toBuffer()
    await expect(decode(whole.subarray(0, length))).rejects.toThrow(/^here\.png(, offset 0: expected a PNG or JPEG|: damaged or truncated)/)
  })

  it.each(['webp', 'gif', 'tiff'] as const)('decodeImage refuses a %s', async (format) => {
    await expect(decode(await greyImage().toFormat(format).toBuffer())).rejects.toThrow('expected a PNG or JPEG image')
  })

  it('decodeImage refuses a small file that claims to be a huge image', async () => {
    const huge = await sharp({ create: { width: 8000, height: 8000, channels: 3, background: 'black' } })
      .png()
      .toBuffer()
    await expect(decode(huge)).rejects.toThrow(/here\.png: .*pixel limit/)
  })
})
