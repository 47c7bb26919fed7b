import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPredictions, ScoreFile } from '../../../../../src/main/data/scores/score-file.ts'
import { writeScores } from '../../../../../src/main/data/scores/write-scores.ts'
import { expectFailure } from '../../../../support/expect-failure.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

const scores = Float32Array.of(0.5, 0.25, 0.25, 0.125, 0.75, 0.125)
const written = {
  images: 2,
  classes: 3,
  imageSplit: 'train',
  labels: Int32Array.of(0, 2),
  indices: Int32Array.of(7, 9),
  blocks: [scores.subarray(0, 3), scores.subarray(3)],
}

async function writtenFile(): Promise<string> {
  const path = join(await temporaryFolder(), '5.safetensors')
  await writeScores(path, written)
  return path
}

describe('a file of scores', () => {
  it('a file of scores is read as it was written', async () => {
    const path = await writtenFile()
    const file = await ScoreFile.open(path)
    expect(file.head).toEqual({ images: 2, classes: 3, imageSplit: 'train' })
    expect(await file.labels()).toEqual(written.labels)
    expect(await file.indices()).toEqual(written.indices)
    const blocks: Float32Array[] = []
    for await (const block of file.blocks()) blocks.push(block.scores)
    await file.close()
    expect(blocks).toEqual([scores])
  })

  it('a file of scores tells what was predicted with which score', async () => {
    expect(await readPredictions(await writtenFile())).toMatchObject({
      predictions: Int32Array.of(0, 1),
      probabilities: Float32Array.of(0.5, 0.75),
      labelProbabilities: Float32Array.of(0.5, 0.125),
    })
  })

  it('a file of scores is a safetensors file: header, labels, indices, scores', async () => {
    const bytes = readFileSync(await writtenFile())
    const headerBytes = Number(bytes.readBigUInt64LE(0))
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes)) as Record<string, unknown>
    expect(header.scores).toEqual({ dtype: 'F32', shape: [2, 3], data_offsets: [16, 40] })
    expect((8 + headerBytes) % 8).toBe(0)
    expect(bytes.readFloatLE(8 + headerBytes + 16)).toBe(0.5)
  })

  it.each([
    ['one cut short', (path: string) => truncateSync(path, readFileSync(path).length - 4)],
    ['one whose header is cut', (path: string) => truncateSync(path, 40)],
    ['noise', (path: string) => writeFileSync(path, Buffer.alloc(300, 'noise'))],
    ['an empty file', (path: string) => writeFileSync(path, '')],
  ])('a file of scores is refused where it is %s', async (_what, spoil) => {
    const path = await writtenFile()
    spoil(path)
    await expectFailure(ScoreFile.open(path), 'bad-input', 'is damaged: expected a whole file of scores')
  })

  it('a file of scores that fails on its way leaves nothing behind', async () => {
    const folder = await temporaryFolder()
    const broken = (function* () {
      yield scores.subarray(0, 3)
      throw new Error('enough')
    })()
    await expect(writeScores(join(folder, '5.safetensors'), { ...written, blocks: broken })).rejects.toThrow('enough')
    expect(readdirSync(folder)).toEqual([])
  })
})
