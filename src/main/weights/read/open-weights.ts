import { SkiplabError } from '../../../common/failure.ts'
import type { ImportFormat } from '../../../common/weights/imported-from.ts'
import { ByteSource, WeightsRefusal } from './byte-source.ts'
import { readOnnx } from './onnx.ts'
import { readSafetensors } from './safetensors.ts'
import type { StoredTensor } from './stored-tensor.ts'
import { readTorchLegacy } from './torch-legacy.ts'
import { readTorchZip } from './torch-zip.ts'

/** An open file of weights. */
export interface WeightFile {
  readonly format: ImportFormat
  /** In the order of the file. */
  readonly tensors: readonly StoredTensor[]
  /** Free texts of the file. */
  readonly metadata: Readonly<Record<string, string>>
  /** What was passed by or taken out of the file, for people. */
  readonly notes: readonly string[]
  close(): void
}

interface Format {
  readonly format: ImportFormat
  /** By the first bytes. */
  matches: (head: Buffer) => boolean
  read(source: ByteSource): Partial<Pick<WeightFile, 'metadata' | 'notes'>> & Pick<WeightFile, 'tensors'>
}

const formats: readonly Format[] = [
  { format: 'pytorch', matches: (head) => head.toString('latin1', 0, 4) === 'PK\x03\x04', read: readTorchZip },
  { format: 'pytorch-legacy', matches: (head) => head[0] === 0x80 && head[1]! <= 5, read: readTorchLegacy },
  // A header below 4 GiB has four zeros before its first brace.
  { format: 'safetensors', matches: (head) => head.readUInt32LE(4) === 0 && head[8] === 0x7b, read: readSafetensors },
  // The version of ONNX's intermediate representation, which every writer puts first.
  { format: 'onnx', matches: (head) => head[0] === 0x08 && head[1]! > 0 && head[1]! < 64, read: readOnnx },
]

const expected = 'expected a state dict of PyTorch (.pt, .pth, .th), safetensors or ONNX'

/**
 * Opens a file of weights and reads names and shapes; numbers are read when they are asked for. Nothing in it is executed.
 * @throws SkiplabError not-found, or bad-input with what was expected where the file is cut, damaged or of another kind
 */
export function openWeights(path: string): WeightFile {
  const source = new ByteSource(path)
  try {
    const found = formatOf(source)
    const read = found.read(source)
    requireDistinct(read.tensors)
    return {
      metadata: {},
      notes: [],
      ...read,
      format: found.format,
      tensors: read.tensors.map(guarded(source.name)),
      close: () => source.close(),
    }
  } catch (error) {
    source.close()
    throw refusalOf(source.name, error)
  }
}

function formatOf(source: ByteSource): Format {
  if (source.size < 16) throw new WeightsRefusal(`it has ${source.size} bytes; ${expected}`)
  const head = source.read(0, 16)
  const found = formats.find(({ matches }) => matches(head))
  if (found) return found
  if (head.toString('latin1', 1, 4) === 'HDF') throw new WeightsRefusal(`it is HDF5, as Keras writes it, which is not read; ${expected}`)
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
