import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ImagePipeline } from '../../../../../../src/main/worker/source/streamed/image-pipeline.ts'

let folder = ''
let file = ''
let length = 0
const shape = { height: 200, width: 300 }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skiplab-pipeline-'))
  file = join(folder, 'image')
  const bytes = await sharp({ create: { ...shape, channels: 3, background: '#8a4' } })
    .jpeg()
    .toBuffer()
  length = bytes.length
  await writeFile(file, bytes)
})
afterAll(() => rm(folder, { recursive: true }))

const start = (path = file) =>
  ImagePipeline.start({ files: [path], channels: 3, encoded: true, height: 20, width: 20, windows: 1, atOnce: 3 })
const crop = () => ({ file: 0, image: 4, offset: 0, length, ...shape, scaledHeight: 40, scaledWidth: 60, windows: [{ top: 3, left: 5 }] })

describe('a pipeline of images', () => {
  it('ends in the midst of decoding without harm to the process', { timeout: 30_000 }, async () => {
    for (let trial = 0; trial < 15; trial++) {
      const pipeline = await start()
      const first = pipeline.request([crop()])
      for (let request = 0; request < 5; request++) pipeline.request(Array.from({ length: 40 }, crop))
      if (trial % 3 > 0) await first.pixels
      await pipeline.close()
    }
  })

  it('reads into memory that was released, once nobody looks at it any more', async () => {
    const pipeline = await start()
    const first = pipeline.request([crop(), crop()])
    const memory = (await first.pixels).buffer
    const second = pipeline.request([crop(), crop()])
    expect((await second.pixels).buffer).not.toBe(memory)
    first.release()
    await Promise.resolve()
    const third = pipeline.request([crop(), crop()])
    expect((await third.pixels).buffer).toBe(memory)
    await pipeline.close()
  })

  it('names the file and the image that cannot be read', async () => {
    const pipeline = await start(join(folder, 'gone'))
    await expect(pipeline.request([crop()]).pixels).rejects.toThrow(/gone, image 4 .*no such file/)
    await pipeline.close()
  })
})
