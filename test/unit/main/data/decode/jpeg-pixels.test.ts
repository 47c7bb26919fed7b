import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { importImage } from '../../../../../src/main/data/decode/import-image.ts'
import { jpegTurbo } from '../../../../../src/main/data/decode/jpeg-turbo.ts'

const side = 16
/** 16x16 pixels, quality 85, colour at half the resolution. */
const jpeg = Buffer.from(
  [
    '/9j/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQaFRERGCEYGh0dHx8fExciJCIeJBweHx7/2wBDAQUFBQcGBw4ICA4eFBEU',
    'Hh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh7/wAARCAAQABADASIAAhEBAxEB/8QAFwAAAwEAAAAAAAAAAAAAAAAA',
    'BQYHCP/EACQQAAEDAwMEAwAAAAAAAAAAAAECESEDBEEFBnESExZCIlGB/8QAFAEBAAAAAAAAAAAAAAAAAAAAAv/EAB4RAAAFBQEAAAAAAAAAAAAAAAABAgMF',
    'BBMUFSFC/9oADAMBAAIRAxEAPwBr1vdFrfaOLSnUYAMkg/KkWfGMxyIcCS1dp3StZVedqH6loZgofYwIP4+UmB21r6/rbkSiooqJVB9aod8ZzHIlwdDW9jp/',
    'jIqwlkulXtSLPjGY5EOAnaYopspNHVKByju6ryP/2Q==',
  ].join(''),
  'base64',
)
/** As Pillow 13.0.0 with libjpeg-turbo 3.2.0 decodes it: the first eight pixels, and all of them. */
const pillow = {
  start: [122, 184, 179, 156, 208, 195, 204, 238, 205, 201, 209, 158, 206, 183, 113, 210, 161, 82, 205, 134, 54, 224, 140, 70],
  sha256: 'd86c2b63dcc0f1eea3a8c9449579b3b1be74612a3642e49ee12da926dc44e315',
}

describe('the pixels of a JPEG', () => {
  it('an imported JPEG has the very pixels that Pillow reads', async () => {
    const { bytes } = await importImage(jpeg, 'as-is')
    expect([...bytes.subarray(0, pillow.start.length)]).toEqual(pillow.start)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(pillow.sha256)
  })

  // The fast inverse DCT shifts where the accurate one rounds: a grey JPEG and one of full colour resolution are darker too.
  it.skipIf(jpegTurbo() === null)('a streamed JPEG is at most a grey level darker than the same one imported, on average', async () => {
    const turbo = jpegTurbo()!
    const streamed = Buffer.alloc(side * side * 3)
    await turbo.decompress(jpeg, streamed, { format: turbo.FORMAT_RGB })
    const { bytes } = await importImage(jpeg, 'as-is')
    const differences = [...streamed].map((value, at) => value - bytes[at]!)
    const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length
    expect(mean).toBeGreaterThan(-1)
    expect(mean).toBeLessThanOrEqual(0)
    expect(Math.max(...differences.map(Math.abs))).toBeLessThanOrEqual(6)
  })
})
