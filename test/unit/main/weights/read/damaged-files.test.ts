import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { SkiplabError } from '../../../../../src/common/failure.ts'
import { openWeights } from '../../../../../src/main/weights/read/open-weights.ts'
import { decodeTensorFile } from '../../../../../src/main/worker/checkpoint/safetensors.ts'
import { seededRandom } from '../../../../support/seeded-random.ts'
import { hdf5File, kerasLegacyFile, kerasModel, kerasVariablesFile, kerasZip } from '../../../../support/hdf5-files.ts'
import {
  type FileTensor,
  onnxFile,
  onnxTensor,
  pickle,
  pickledTensor,
  protobuf,
  safetensorsFile,
  torchLegacy,
  torchZip,
  u64,
  zipOf,
} from '../../../../support/weight-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'skiplab-damaged-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, 'weights.bin')

const tensors: FileTensor[] = [
  { name: 'conv1.weight', shape: [2, 3, 1, 1], values: Float32Array.of(1, -2, 3.5, 4, 5, 6) },
  { name: 'fc.bias', shape: [3], values: Float32Array.of(0.1, 0.2, 0.3) },
]
const [first] = tensors as [FileTensor]
const ascii = (text: string) => Buffer.from(text, 'latin1')
const layers: FileTensor[] = [
  { name: 'conv1/kernel', shape: [1, 1, 3, 2], values: Float32Array.of(1, -2, 3.5, 4, 5, 6) },
  { name: 'conv1/bias', shape: [2], values: Float32Array.of(0.1, 0.2) },
  { name: 'fc/bias', shape: [3], values: Float32Array.of(0.1, 0.2, 0.3) },
]
const model = kerasModel([['Conv2D', { name: 'conv1' }]])
const variables = kerasVariablesFile(layers, (layer) => (layer === 'fc' ? 'dense' : 'conv2d'))
const whole = {
  zip: torchZip(tensors),
  legacy: torchLegacy(tensors),
  safetensors: safetensorsFile(tensors),
  onnx: onnxFile(tensors),
  hdf5: kerasLegacyFile(layers, model),
  keras: kerasZip(variables, model),
}

/** Opens a file and reads all its numbers. */
function readAll(bytes: Buffer, size?: number): void {
  writeFileSync(path, bytes)
  if (size !== undefined) truncateSync(path, size)
  const file = openWeights(path)
  try {
    for (const tensor of file.tensors) tensor.values()
  } finally {
    file.close()
  }
}

/** A state dict of one tensor that is told otherwise than it is stored. */
const told = (changes: Parameters<typeof pickledTensor>[2]) =>
  torchZip([first], pickle.dictionary([[pickle.text('x'), pickledTensor(first, '0', changes)]]))
const zipWithPickle = (content: string) => zipOf([{ name: 'archive/data.pkl', bytes: ascii(content) }])
const entry = (changes: object) =>
  safetensorsFile([first], { 'conv1.weight': { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24], ...changes } })
const header = (text: string) => Buffer.concat([u64(text.length), ascii(text)])
const flipped = (bytes: Buffer, at: number) => {
  const copy = Buffer.from(bytes)
  copy[at]! ^= 0xff
  return copy
}
/** Every mark in a file is another one. */
const changed = (bytes: Buffer, mark: string, by: string) => Buffer.from(bytes.toString('latin1').replaceAll(mark, by), 'latin1')
/** A group whose member `layers` is the root. */
function circle(): Buffer {
  const bytes = hdf5File({ members: { again: { members: {} } } })
  const list = bytes.indexOf('SNOD')
  bytes.copy(bytes, list + 16, 64, 72)
  return bytes
}
const graphOf = (content: Buffer) =>
  protobuf([
    [1, 8],
    [7, content],
  ])

const files: Readonly<Record<string, readonly [Buffer, RegExp]>> = {
  'nothing at all': [Buffer.alloc(0), /it has 0 bytes; expected a state dict/],
  'a few letters': [ascii('hello'), /it has 5 bytes; expected/],
  'a text of some length': [ascii('a text of some length, and no weights'), /of no kind that is read; expected a state dict/],
  'a picture': [Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(40)]), /of no kind that is read/],
  'HDF5 that ends in its first block': [Buffer.concat([Buffer.from('894844460d0a1a0a', 'hex'), Buffer.alloc(40)]), /ends too early/],
  'HDF5 of zeros': [Buffer.concat([Buffer.from('894844460d0a1a0a', 'hex'), Buffer.alloc(200)]), /addresses of other than 64 bits/],
  'HDF5 without arrays': [hdf5File({ members: { images: { members: {} } } }), /without arrays of layers/],
  'HDF5 that was cut': [whole.hdf5.subarray(0, whole.hdf5.length / 2), /ends too early/],
  'HDF5 of a group that holds itself': [circle(), /deeper than those of any network|more groups and arrays/],
  'HDF5 whose tree leads to itself': [changed(whole.hdf5, 'SNOD', 'TREE'), /is damaged at byte/],
  'HDF5 that names a layer it lacks': [hdf5File({ attributes: { layer_names: ['gone'] } }), /names a layer "gone" that it does not hold/],
  'HDF5 that names an array it lacks': [
    hdf5File({ attributes: { layer_names: ['a'] }, members: { a: { attributes: { weight_names: ['a/kernel:0'] } } } }),
    /names an array "a\/kernel:0" that it does not hold/,
  ],
  'HDF5 of texts in place of arrays': [
    hdf5File({ members: { layers: { members: { dense: { members: { vars: { members: { '0': {} } } } } } } } }),
    /is no array/,
  ],
  'HDF5 that tells no JSON of its model': [kerasLegacyFile(layers, '{"layers": nothing}'), /tells of its model is no JSON/],
  'HDF5 of an array larger than its bytes': [
    hdf5File({
      attributes: { layer_names: ['a'] },
      members: { a: { attributes: { weight_names: ['k'] }, members: { k: { shape: [1e6], values: Float32Array.of(1) } } } },
    }),
    /holds 4 bytes; its shape takes 4000000/,
  ],
  'a tar archive': [Buffer.concat([Buffer.alloc(257, 1), ascii('ustar'), Buffer.alloc(300)]), /tar archive/],
  zeros: [Buffer.alloc(64), /of no kind that is read/],
  'a zip that was cut in half': [whole.zip.subarray(0, whole.zip.length / 2), /no end of one: it was cut/],
  'a zip without its first entries': [whole.zip.subarray(200), /of no kind|ends too early|not where the directory says/],
  'a zip with a flipped bit in its numbers': [flipped(whole.zip, whole.zip.indexOf(Buffer.from(first.values.buffer))), /check sum/],
  'a zip whose directory is damaged': [flipped(whole.zip, whole.zip.lastIndexOf(ascii('PK\x01\x02'))), /directory is damaged/],
  'a zip that names more entries than it holds': [flipped(whole.zip, whole.zip.length - 12), /directory|ends too early|entries/],
  'a zip of other files': [
    zipOf([{ name: 'word/document.xml', bytes: ascii('<x/>') }]),
    /zip without data\.pkl and without model\.weights\.h5/,
  ],
  'a model of Keras 3 without HDF5': [
    zipOf([{ name: 'model.weights.h5', bytes: Buffer.alloc(200, 'x') }]),
    /weights are not HDF5; expected what Keras writes/,
  ],
  'a model of Keras 3 with a flipped bit': [flipped(whole.keras, whole.keras.indexOf(Buffer.from(layers[0]!.values.buffer))), /check sum/],
  'a packed model of Keras 3': [zipOf([{ name: 'model.weights.h5', bytes: variables, method: 8 }]), /is packed/],
  'arrays of NumPy': [zipOf([{ name: 'a.npy', bytes: ascii('x') }]), /NumPy's arrays/],
  'a packed zip': [zipOf([{ name: 'a/data.pkl', bytes: ascii('x'), method: 8 }]), /is packed/],
  'a zip that holds an entry twice': [
    zipOf([
      { name: 'a/data.pkl', bytes: ascii('x') },
      { name: 'a/data.pkl', bytes: ascii('y') },
    ]),
    /twice/,
  ],
  'a pickle that runs a command': [
    zipWithPickle('\x80\x02cposix\nsystem\nX\x02\0\0\0id\x85R.'),
    /it names posix\.system, which is not run/,
  ],
  'a pickle that evaluates': [zipWithPickle('\x80\x02cbuiltins\neval\nX\x03\0\0\0a+b\x85R.'), /it names builtins\.eval, which is not run/],
  'a pickle that imports': [zipWithPickle('\x80\x02c__builtin__\n__import__\nX\x02\0\0\0os\x85R.'), /which is not run/],
  'a pickle that opens a file': [zipWithPickle('\x80\x02cio\nopen\nX\x06\0\0\0/tmp/x\x85R.'), /it names io\.open/],
  'a pickle that names by a stack': [zipWithPickle('\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.'), /it names os\.system/],
  'a whole model': [
    zipWithPickle('\x80\x02ctorchvision.models.resnet\nResNet\n)\x81}b.'),
    /a whole model \(torchvision\.models\.resnet\.ResNet\)/,
  ],
  'a pickle of an unknown opcode': [zipWithPickle('\x80\x02\x82\x01.'), /opcode 0x82 at offset 2, which is not read/],
  'a pickle that does not end': [zipWithPickle('\x80\x02}'), /ends too early/],
  'a pickle of a number': [zipWithPickle('\x80\x02K\x07.'), /no dictionary/],
  'a dictionary without tensors': [zipWithPickle('\x80\x02}X\x01\0\0\0aK\x01s.'), /no tensors/],
  'a pickle of very many lists': [zipWithPickle(`\x80\x02${']'.repeat(500_000)}.`), /more than 400000 lists/],
  'a pickle that promises a text of 4 GB': [zipWithPickle('\x80\x02X\xff\xff\xff\xffa.'), /ends too early/],
  'a pickle of another persistent object': [zipWithPickle('\x80\x02X\x01\0\0\0aQ.'), /something else than a storage/],
  'a tensor larger than its storage': [told({ shape: [100, 100] }), /larger than its storage of 6 numbers/],
  'a tensor that begins behind its storage': [told({ offset: 6 }), /larger than its storage/],
  'a tensor of repeated numbers': [told({ shape: [1_000_000_000], strides: [0] }), /larger than its storage/],
  'a tensor with a step backwards': [told({ strides: [-1, 1, 1, 1] }), /without storage, offset, shape and strides/],
  'a storage that is larger than its entry': [told({ count: 1_000_000 }), /1000000 numbers of float32 in data\/0/],
  'a storage of another type': [told({ type: 'DoubleStorage' }), /6 numbers of float64/],
  'a storage of no type': [told({ type: 'QUInt8Storage' }), /which is not run/],
  'a legacy file that was cut': [whole.legacy.subarray(0, whole.legacy.length - 5), /ends too early/],
  'a pickle of something else than PyTorch': [Buffer.concat([pickle.whole(pickle.integer(1)), Buffer.alloc(32)]), /not of PyTorch/],
  'a legacy storage of another length': [flipped(whole.legacy, whole.legacy.length - 12 - 8), /numbers; its pickle names|ends too early/],
  'safetensors that were cut': [whole.safetensors.subarray(0, whole.safetensors.length - 1), /ends too early/],
  'safetensors with bytes behind the end': [Buffer.concat([whole.safetensors, ascii('x')]), /arrays end at byte/],
  'safetensors with a header of gigabytes': [
    Buffer.concat([u64(2 ** 31), ascii('{"a": 1}'), Buffer.alloc(9)]),
    /its header says 2147483648 bytes/,
  ],
  'safetensors whose header is no JSON': [header('{"a": nothing}  '), /header is no JSON/],
  'safetensors whose header is a deep list': [header(`{"a":${'['.repeat(500_000)}`), /more arrays than any network/],
  'safetensors of an unknown type': [entry({ dtype: 'F8_E4M3' }), /has type F8_E4M3, expected F32/],
  'safetensors with a negative side': [entry({ shape: [-2, -3] }), /no valid shape/],
  'safetensors with a shape beyond all numbers': [entry({ shape: [2 ** 40, 2 ** 40] }), /shape of conv1\.weight is none/],
  'safetensors whose offsets do not fit the shape': [entry({ shape: [2, 4] }), /takes bytes 0 to 24/],
  'safetensors that overlap': [
    safetensorsFile([first], { again: { dtype: 'F32', shape: [6], data_offsets: [0, 24] } }),
    /begins at byte 0; expected 24/,
  ],
  'an ONNX model that was cut': [whole.onnx.subarray(0, whole.onnx.length - 3), /damaged|ends too early/],
  'an ONNX model without weights': [graphOf(protobuf([[2, ascii('empty graph')]])), /no initialisers/],
  'an ONNX model with its numbers elsewhere': [
    graphOf(
      protobuf([
        [
          5,
          protobuf([
            [1, 1],
            [2, 1],
            [8, ascii('weights')],
            [14, 1],
          ]),
        ],
      ]),
    ),
    /external data/,
  ],
  'an ONNX array that is shorter than its shape': [
    graphOf(protobuf([[5, onnxTensor({ ...first, shape: [9] })]])),
    /holds 24 bytes; its shape/,
  ],
}

describe('files of weights that are damaged, foreign or malicious', () => {
  it('are at least forty', () => {
    expect(Object.keys(files).length).toBeGreaterThanOrEqual(40)
  })

  it.each(Object.entries(files))('%s: is refused with what was expected', (_, [bytes, message]) => {
    expect(() => readAll(bytes)).toThrow(message)
    expect(() => readAll(bytes)).toThrow(/^weights\.bin: .*Nothing was imported\.$/s)
  })

  it('gigabytes of zeros behind a good beginning are refused without reading them', () => {
    for (const bytes of [whole.zip, whole.safetensors, whole.onnx, whole.keras]) expect(() => readAll(bytes, 3e9)).toThrow(SkiplabError)
  })
})

describe('fuzzed files of weights', () => {
  const random = seededRandom(19)
  const pick = (below: number) => Math.floor(random() * below)

  /** Flips bytes, cuts, repeats a part, or writes a large number somewhere. */
  function spoiltBytes(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes)
    for (let changes = 1 + pick(4); changes > 0; changes--) copy[pick(copy.length)] = pick(256)
    const at = pick(copy.length)
    switch (pick(4)) {
      case 0:
        return copy.subarray(0, at)
      case 1:
        return Buffer.concat([copy.subarray(0, at), copy.subarray(pick(copy.length))])
      case 2:
        copy.fill(0xff, at, Math.min(copy.length, at + 1 + pick(8)))
        return copy
      default:
        return copy
    }
  }

  it.each(Object.entries(whole))('%s: is read or refused in words, whatever happened to its bytes', (_, bytes) => {
    for (let round = 0; round < 400; round++) {
      const spoilt = spoiltBytes(bytes)
      try {
        readAll(spoilt)
      } catch (error) {
        if (!(error instanceof SkiplabError)) throw new Error(`${String(error)} for ${spoilt.toString('hex')}`, { cause: error })
        expect(error.code).toBe('bad-input')
      }
    }
  })

  it("the reader of the program's own checkpoints takes or refuses them too", () => {
    for (let round = 0; round < 400; round++) {
      try {
        decodeTensorFile(spoiltBytes(whole.safetensors))
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
        expect(String(error), 'no fault of the program').not.toMatch(/TypeError|is not a function/)
      }
    }
  })
})
