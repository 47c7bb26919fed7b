import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  type Checkpoint,
  pruneCheckpoints,
  readCheckpoint,
  stepAndEpochOf,
  writeCheckpoint,
} from '../../../../../src/main/worker/checkpoint/checkpoint.ts'
import { decodeTensorFile, encodeTensorFile } from '../../../../../src/main/worker/checkpoint/safetensors.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

const checkpoint = (step: number): Checkpoint => ({
  position: {
    step,
    epoch: 1,
    epochSteps: 3,
    epochLossSum: 1 / 3,
    epochErrorSum: 0.1 + 0.2,
    epochElapsedMs: 12.5,
    warming: false,
    recentErrors: [],
    chanceEpochs: 0,
    lowestError: 0.3,
    epochsSinceLowest: 0,
    learningRateDrops: 0,
    plateauEpochs: 0,
    trainedMs: 0,
    best: null,
    settingsHash: 'mine',
  },
  state: new Map([
    ['a/weights', Float32Array.of(1, -2.5, 3e-39, 4)],
    ['momentum/a/weights', Float32Array.of(0, 0, 0, 1)],
  ]),
})
const shapes = new Map([
  ['a/weights', [2, 2]],
  ['momentum/a/weights', [2, 2]],
])

describe('a checkpoint', () => {
  it('a checkpoint comes back to the last bit, sums of floats included', async () => {
    const folder = await temporaryFolder()
    const record = writeCheckpoint(folder, checkpoint(7), shapes, 0.25)
    expect(record).toMatchObject({ file: 'step-00000007-epoch-0001.safetensors', step: 7, epoch: 1, error: 0.25 })
    expect(record.sha256).toBe(
      createHash('sha256')
        .update(readFileSync(join(folder, record.file)))
        .digest('hex'),
    )
    expect(readCheckpoint(folder, record.file, 'mine')).toEqual(checkpoint(7))
    expect(readdirSync(folder)).toEqual([record.file])
  })

  it('a checkpoint leaves nothing behind when it cannot be written', async () => {
    const folder = await temporaryFolder()
    mkdirSync(join(folder, 'step-00000007-epoch-0001.safetensors')) // in the way of the rename
    expect(() => writeCheckpoint(folder, checkpoint(7), shapes, null)).toThrow()
    expect(readdirSync(folder)).toEqual(['step-00000007-epoch-0001.safetensors'])
  })

  it('a checkpoint is refused when it is cut anywhere, belongs to other settings, is gone or holds no finite numbers', async () => {
    const folder = await temporaryFolder()
    const { file } = writeCheckpoint(folder, checkpoint(7), shapes, null)
    const whole = readFileSync(join(folder, file))
    for (const length of [0, 7, 8, 100, whole.length - 1]) {
      writeFileSync(join(folder, 'cut'), whole.subarray(0, length))
      expect(() => readCheckpoint(folder, 'cut', 'mine'), `${length} bytes`).toThrow()
    }
    expect(() => readCheckpoint(folder, file, 'another')).toThrow(/other settings/)
    expect(() => readCheckpoint(folder, 'nowhere', 'mine')).toThrow(/gone/)
    const infinite = checkpoint(8)
    infinite.state.get('a/weights')![0] = Number.NaN
    expect(() => readCheckpoint(folder, writeCheckpoint(folder, infinite, shapes, null).file, 'mine')).toThrow(/a\/weights.*not finite/)
  })

  it('the name of a checkpoint tells its step and its epoch, and other names tell neither', () => {
    expect(stepAndEpochOf('step-00000007-epoch-0001.safetensors')).toEqual({ step: 7, epoch: 1 })
    expect(stepAndEpochOf('step-00000007-epoch-0001.safetensors.damaged')).toBeNull()
  })

  it('a checkpoint is kept while it is the best or among the two newest, or for another reason', async () => {
    const folder = await temporaryFolder()
    const files = [1, 2, 3, 4, 5].map((step) => writeCheckpoint(folder, checkpoint(step), shapes, null).file)
    expect(pruneCheckpoints(folder, files, files[0]!, (file) => file === files[2])).toEqual([files[1]])
    expect(readdirSync(folder).sort()).toEqual([files[0], files[2], files[3], files[4]])
  })
})

describe('a safetensors file', () => {
  it('a safetensors file is little-endian with a JSON header padded to 8 bytes, as the format says', () => {
    const bytes = encodeTensorFile({ tensors: new Map([['x', { shape: [2], values: Float32Array.of(1, 2) }]]), metadata: { key: 'value' } })
    const headerBytes = Number(bytes.readBigUInt64LE(0))
    expect(headerBytes % 8).toBe(0)
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes))).toEqual({
      __metadata__: { key: 'value' },
      x: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    })
    expect(bytes.readFloatLE(8 + headerBytes + 4)).toBe(2)
  })

  it('a safetensors file is refused when its header lies', () => {
    const file = (header: unknown, data = Buffer.alloc(8)) => {
      const text = Buffer.from(JSON.stringify(header))
      const length = Buffer.alloc(8)
      length.writeBigUInt64LE(BigInt(text.length))
      return Buffer.concat([length, text, data])
    }
    expect(() => decodeTensorFile(file({ x: { dtype: 'F32', shape: [3], data_offsets: [0, 8] } }))).toThrow(
      /x wants bytes 0 to 8 for shape 3/,
    )
    expect(() => decodeTensorFile(file({ x: { dtype: 'F32', shape: [4], data_offsets: [0, 16] } }))).toThrow(/the file has 8/)
    expect(() => decodeTensorFile(file({ x: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }))).toThrow(/I64, expected F32/)
    expect(() => decodeTensorFile(file({ x: { dtype: 'F32', shape: [-2], data_offsets: [0, 8] } }))).toThrow(/no valid shape/)
    const huge = Buffer.alloc(16)
    huge.writeBigUInt64LE(2n ** 60n)
    expect(() => decodeTensorFile(huge)).toThrow(/header says/)
  })
})
