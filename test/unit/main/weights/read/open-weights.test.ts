import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openWeights } from '../../../../../src/main/weights/read/open-weights.ts'
import {
  type FileTensor,
  onnxFile,
  pickle,
  pickledStateDict,
  pickledTensor,
  safetensorsFile,
  torchLegacy,
  torchZip,
} from '../../../../support/weight-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'skiplab-weights-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tensors: FileTensor[] = [
  { name: 'conv1.weight', shape: [2, 3, 1, 1], values: Float32Array.of(1, -2, 3.5, 4, 5, 1e-30) },
  { name: 'fc.bias', shape: [3], values: Float32Array.of(0.1, 0.2, 0.3) },
  { name: 'counter', shape: [], values: Float32Array.of(7) },
]

function read(bytes: Buffer) {
  const path = join(folder, 'weights.bin')
  writeFileSync(path, bytes)
  const file = openWeights(path)
  try {
    return {
      format: file.format,
      notes: file.notes,
      tensors: file.tensors.map(({ name, shape, type, values }) => ({ name, shape, type, values: values() })),
    }
  } finally {
    file.close()
  }
}

const plain = (list: readonly FileTensor[]) => list.map(({ name, shape, values }) => ({ name, shape, type: 'float32', values }))

describe('reading files of weights', () => {
  it.each([
    ['pytorch', torchZip(tensors)],
    ['pytorch-legacy', torchLegacy(tensors)],
    ['safetensors', safetensorsFile(tensors, { __metadata__: { format: 'pt' } })],
    ['onnx', onnxFile(tensors)],
    ['onnx', onnxFile(tensors, 'list')],
  ])('names, shapes and numbers of %s come back to the bit', (format, bytes) => {
    expect(read(bytes)).toEqual({ format, notes: [], tensors: plain(tensors) })
  })

  it('a state dict is found in the dictionary that a training script put around it', () => {
    const around = pickle.dictionary([
      [pickle.text('epoch'), pickle.integer(164)],
      [pickle.text('best_acc'), Buffer.concat([Buffer.from('G'), Buffer.from([0x40, 0x57, 0, 0, 0, 0, 0, 0])])],
      [pickle.text('state_dict'), pickledStateDict(tensors)],
      [pickle.text('args'), Buffer.concat([pickle.global('argparse', 'Namespace'), Buffer.from(')\x81}b', 'latin1')])],
    ])
    expect(read(torchZip(tensors, around))).toMatchObject({ notes: ['the state dict under "state_dict"'], tensors: plain(tensors) })
  })

  it('a view of a storage takes its part, in the order of C', () => {
    const values = Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7)
    const views = pickle.dictionary([
      [pickle.text('part'), pickledTensor({ shape: [3], values }, '0', { offset: 2 })],
      [pickle.text('turned'), pickledTensor({ shape: [3, 2], values }, '0', { offset: 1, strides: [1, 3] })],
    ])
    const got = read(torchZip([{ name: 'all', shape: [8], values }], views))
    expect(got.tensors.map(({ values: each }) => [...each])).toEqual([
      [2, 3, 4],
      [1, 4, 2, 5, 3, 6],
    ])
  })

  it.each([
    ['F16', '003c00c00100007c', [1, -2, 2 ** -24, Infinity]],
    ['BF16', '803f00c0803fc03f', [1, -2, 1, 1.5]],
    ['F64', '000000000000f03f00000000000000c0', [1, -2]],
    ['I64', 'ffffffffffffffff0700000000000000', [-1, 7]],
    ['I32', 'feffffff', [-2]],
    ['I16', 'feff0100', [-2, 1]],
    ['I8', 'fe01', [-2, 1]],
    ['U8', 'fe01', [254, 1]],
    ['BOOL', '0001', [0, 1]],
  ])('numbers of the type %s become fp32', (dtype, hex, expected) => {
    const bytes = Buffer.from(hex, 'hex')
    const entry = { dtype, shape: [expected.length], data_offsets: [0, bytes.length] }
    const header = safetensorsFile([], { numbers: entry })
    expect([...read(Buffer.concat([header, bytes])).tensors[0]!.values]).toEqual(expected)
  })

  it('halves of PyTorch become fp32', () => {
    const halves = Float32Array.of(0)
    Buffer.from(halves.buffer).set([0x00, 0x3c, 0x00, 0xc0])
    const content = pickle.dictionary([
      [pickle.text('x'), pickledTensor({ shape: [2], values: halves }, '0', { type: 'HalfStorage', count: 2 })],
    ])
    expect([...read(torchZip([{ name: 'x', shape: [1], values: halves }], content)).tensors[0]!.values]).toEqual([1, -2])
  })
})
