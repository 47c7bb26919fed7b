import { SkiplabError } from '../../../common/failure.ts'
import type { ImportFormat } from '../../../common/weights/imported-from.ts'
import { ByteSource, WeightsRefusal } from './source/byte-source.ts'
import { hdf5Signature } from './hdf5/hdf5-file.ts'
import { readKerasHdf5 } from './keras/keras-hdf5.ts'
import { kerasWeightsEntry, readKerasZip } from './keras/keras-zip.ts'
import { readOnnx } from './onnx.ts'
import { readSafetensors } from './safetensors.ts'
import type { StoredTensor } from './source/stored-tensor.ts'
import type { WeightFile } from './source/weight-file.ts'
import { readTensorFlowCheckpoint } from './tensorflow/checkpoint.ts'
import { isTable } from './tensorflow/table.ts'
import { readTorchLegacy } from './torch-legacy.ts'
import { readTorchZip } from './torch-zip.ts'
import { zipDirectory } from './source/zip-directory.ts'

interface Format {
  readonly format: ImportFormat
  /** By the first bytes, or where these tell nothing by others. */
  matches: (head: Buffer, source: ByteSource) => boolean
  /** `close`: of files beside this one. */
  read(source: ByteSource, path: string): Partial<Omit<WeightFile, 'tensors'>> & Pick<WeightFile, 'tensors'>
}

const formats: readonly Format[] = [
  { format: 'pytorch', matches: (head) => head.toString('latin1', 0, 4) === 'PK\x03\x04', read: readZip },
  { format: 'pytorch-legacy', matches: (head) => head[0] === 0x80 && head[1]! <= 5, read: readTorchLegacy },
  { format: 'keras-hdf5', matches: (head) => head.toString('latin1', 0, 8) === hdf5Signature, read: (source) => readKerasHdf5(source) },
  // A header below 4 GiB has four zeros before its first brace.
  { format: 'safetensors', matches: (head) => head.readUInt32LE(4) === 0 && head[8] === 0x7b, read: readSafetensors },
  // The version of ONNX's intermediate representation, which every writer puts first.
  { format: 'onnx', matches: (head) => head[0] === 0x08 && head[1]! > 0 && head[1]! < 64, read: readOnnx },
  { format: 'tensorflow', matches: (_, source) => isTable(source), read: readTensorFlowCheckpoint },
]

const expected = 'expected a state dict of PyTorch (.pt, .pth, .th), Keras (.keras, .h5), TensorFlow (.index), safetensors or ONNX'

/** PyTorch and Keras 3 both write zips. */
function readZip(source: ByteSource): ReturnType<Format['read']> {
  const entries = zipDirectory(source)
  return entries.has(kerasWeightsEntry) ? { ...readKerasZip(entries), format: 'keras' } : readTorchZip(entries)
}

/**
 * Opens a file of weights and reads names and shapes; numbers are read when they are asked for. Nothing in it is executed.
 * @throws SkiplabError not-found, or bad-input with what was expected where the file is cut, damaged or of another kind
 */
export function openWeights(path: string): WeightFile {
  const source = new ByteSource(path)
  try {
    const found = formatOf(source)
    const { close, ...read } = found.read(source, path)
    requireDistinct(read.tensors)
    return {
      ...{ metadata: {}, notes: [], kerasLayers: null, format: found.format },
      ...read,
      tensors: read.tensors.map(guarded(source.name)),
      close() {
        source.close()
        close?.()
      },
    }
  } catch (error) {
    source.close()
    throw refusalOf(source.name, error)
  }
}

function formatOf(source: ByteSource): Format {
  if (source.size < 16) throw new WeightsRefusal(`it has ${source.size} bytes; ${expected}`)
  const head = source.read(0, 16)
  const found = formats.find(({ matches }) => matches(head, source))
  if (found) return found
  if (/\.data-\d{5}-of-\d{5}$/.test(source.name))
    throw new WeightsRefusal('it holds the numbers of a checkpoint of TensorFlow; choose the file beside it that ends in .index')
  if (source.size > 262 && source.read(257, 5).toString('latin1') === 'ustar')
    throw new WeightsRefusal(`it is a tar archive, as PyTorch 0.1 and TensorFlow write them, which is not read; ${expected}`)
  throw new WeightsRefusal(`it is of no kind that is read; ${expected}`)
}

function requireDistinct(tensors: readonly StoredTensor[]): void {
  const names = new Set<string>()
  for (const { name } of tensors) {
    if (names.has(name)) throw new WeightsRefusal(`it holds ${JSON.stringify(name.slice(0, 80))} twice`)
    names.add(name)
  }
}

/** Tells the file's name where numbers turn out to be damaged. */
const guarded =
  (name: string) =>
  (tensor: StoredTensor): StoredTensor => ({
    ...tensor,
    values() {
      try {
        return tensor.values()
      } catch (error) {
        throw refusalOf(name, error)
      }
    },
  })

function refusalOf(name: string, error: unknown): unknown {
  return error instanceof WeightsRefusal ? new SkiplabError('bad-input', `${name}: ${error.message}. Nothing was imported.`) : error
}
