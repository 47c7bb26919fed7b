import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { SkiplabError } from '../../../../../src/common/failure.ts'
import { openWeights } from '../../../../../src/main/weights/read/open-weights.ts'
import { maskedCrc32c } from '../../../../../src/main/weights/read/tensorflow/crc32c.ts'
import { seededRandom } from '../../../../support/seeded-random.ts'
import { table, tensorFlowCheckpoint } from '../../../../support/tensorflow-files.ts'
import type { FileTensor } from '../../../../support/weight-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'skiplab-tensorflow-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, 'weights.index')
const dataPath = join(folder, 'weights.data-00000-of-00001')

function read({ index, data }: { readonly index: Buffer; readonly data: Buffer | null }) {
  writeFileSync(path, index)
  rmSync(dataPath, { force: true })
  if (data) writeFileSync(dataPath, data)
  const file = openWeights(path)
  try {
    return { format: file.format, tensors: file.tensors.map(({ name, shape, values }) => ({ name, shape, values: [...values()] })) }
  } finally {
    file.close()
  }
}

const value = '/.ATTRIBUTES/VARIABLE_VALUE'
const array = (name: string, shape: readonly number[]): FileTensor => ({
  ...{ name, shape },
  values: Float32Array.from({ length: shape.reduce((product, side) => product * side, 1) }, (_, at) => at + name.length / 8),
})
const tensors = [
  ...[2, 10, 1].map((layer) => array(`model/layer_with_weights-${layer}/kernel${value}`, [3, 3, 2, layer])),
  array(`model/layer_with_weights-2/bias${value}`, [2]),
]
const whole = tensorFlowCheckpoint([...tensors, array(`optimizer/momentum${value}`, [4]), array(`save_counter${value}`, [])])

describe('checkpoints of TensorFlow', () => {
  it('give the arrays of layers in the order of their numbers, without what the optimizer and counters hold', () => {
    const { format, tensors: found } = read(whole)
    expect(format).toBe('tensorflow')
    expect(found.map(({ name }) => name)).toEqual([
      'model.layer_with_weights-1/kernel',
      'model.layer_with_weights-2/bias',
      'model.layer_with_weights-2/kernel',
      'model.layer_with_weights-10/kernel',
    ])
    expect(found[0]).toMatchObject({ shape: [3, 3, 2, 1], values: [...tensors[2]!.values] })
    expect(found[3]!.values).toEqual([...tensors[1]!.values])
  })

  it('of TensorFlow 1 name variables, whose leaves get the names of Keras; momenta are left', () => {
    const found = read(
      tensorFlowCheckpoint([
        array('net/conv1/weights', [1, 1, 2, 2]),
        array('net/conv1/biases', [2]),
        array('net/conv1/weights/Momentum', [2]),
      ]),
    )
    expect(found.tensors.map(({ name }) => name)).toEqual(['net.conv1/bias', 'net.conv1/kernel'])
  })

  it('hold the check sum that Castagnoli’s polynomial gives', () => {
    // RFC 3720, B.4: 32 bytes of zeros.
    const sum = 0x8a9136aa
    expect(maskedCrc32c(new Uint8Array(32))).toBe((((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0)
  })

  it.each<[string, { index: Buffer; data: Buffer | null }, RegExp]>([
    ['without the file of numbers', { ...whole, data: null }, /its numbers are in weights\.data-00000-of-00001, which is not beside it/],
    ['with a file of numbers that was cut', { ...whole, data: whole.data.subarray(0, 100) }, /ends too early/],
    ['with a flipped bit in its numbers', { ...whole, data: flipped(whole.data, 5) }, /check sum is another/],
    ['with a flipped bit in its list', { ...whole, index: flipped(whole.index, 40) }, /check sum of a block/],
    ['that is another table', { ...whole, index: table([['key', Buffer.from('x')]]) }, /without the header of a checkpoint/],
    ['without weights', tensorFlowCheckpoint([array('global_step', [])]), /names no arrays of layers/],
  ])('%s: are refused with what was expected', (_, files, message) => {
    expect(() => read(files)).toThrow(message)
  })

  it('whose file of numbers was chosen are refused, and it is said which file to choose', () => {
    writeFileSync(dataPath, whole.data)
    expect(() => openWeights(dataPath)).toThrow(/choose the file beside it that ends in \.index/)
  })

  it('are read or refused in words, whatever happened to their bytes', () => {
    const random = seededRandom(20)
    const pick = (below: number) => Math.floor(random() * below)
    for (let round = 0; round < 400; round++) {
      const index = Buffer.from(whole.index)
      for (let changes = 1 + pick(4); changes > 0; changes--) index[pick(index.length)] = pick(256)
      try {
        read({ ...whole, index: pick(3) === 0 ? index.subarray(pick(index.length)) : index })
      } catch (error) {
        if (!(error instanceof SkiplabError)) throw new Error(`${String(error)} for ${index.toString('hex')}`, { cause: error })
        expect(error.code).toBe('bad-input')
      }
    }
  })
})

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at]! ^= 1
  return copy
}
