import { elements } from '../../../common/network/kinds/shape.ts'
import { readPickle } from '../../data/pickle/pickle.ts'
import { type Pickled, PickledName, PickledObject, PickleRefusal, type PickleTable } from '../../data/pickle/values.ts'
import { WeightsRefusal } from './source/byte-source.ts'
import { arrayBytes, itemBytes, type NumberType, type StoredTensor, toFloats } from './source/stored-tensor.ts'

/** Numbers that one or more tensors of PyTorch are views of. */
export class TorchStorage extends PickledObject {
  readonly key: string
  readonly type: NumberType
  /** Numbers. */
  readonly count: number
  constructor(key: string, type: NumberType, count: number) {
    super()
    this.key = key
    this.type = type
    this.count = count
  }
}

/** A tensor of PyTorch as its pickle tells it; the numbers are in a storage. */
export class TorchTensor extends PickledObject {
  readonly storage: TorchStorage
  /** Numbers before its first. */
  readonly offset: number
  readonly shape: readonly number[]
  /** Numbers from one to the next, by axis. */
  readonly strides: readonly number[]
  constructor(storage: TorchStorage, offset: number, shape: readonly number[], strides: readonly number[]) {
    super()
    this.storage = storage
    this.offset = offset
    this.shape = shape
    this.strides = strides
  }
}

/** An object that stands beside weights, such as a command line's arguments: it is not looked into. */
class Unread extends PickledObject {}

const storageTypes: Readonly<Record<string, NumberType>> = {
  'torch FloatStorage': 'float32',
  'torch DoubleStorage': 'float64',
  'torch HalfStorage': 'float16',
  'torch BFloat16Storage': 'bfloat16',
  'torch LongStorage': 'int64',
  'torch IntStorage': 'int32',
  'torch ShortStorage': 'int16',
  'torch CharStorage': 'int8',
  'torch ByteStorage': 'uint8',
  'torch BoolStorage': 'bool',
}

/** Dictionaries of Python, which are read as such. */
const dictionaries = new Set(['collections OrderedDict', 'collections defaultdict', '__builtin__ dict', 'builtins dict'])
/** What training scripts put beside the weights and nobody needs here; made of nothing and left unread. */
const beside = new Set([
  ...['argparse Namespace', 'torch Size', 'torch device', 'torch.serialization _get_layout', 'torch.torch_version TorchVersion'],
  ...['numpy dtype', 'numpy.core.multiarray scalar', 'numpy._core.multiarray scalar', 'numpy ndarray', '_codecs encode'],
  ...['numpy.core.multiarray _reconstruct', 'numpy._core.multiarray _reconstruct', 'pathlib PosixPath', 'collections Counter'],
  ...['builtins set', '__builtin__ set', 'builtins int', '__builtin__ int', 'builtins float', '__builtin__ float', '__builtin__ list'],
  ...['builtins list'],
])
const tensorMakers = new Set(['torch._utils _rebuild_tensor_v2', 'torch._utils _rebuild_tensor'])
const parameterMakers = new Set(['torch._utils _rebuild_parameter', 'torch.nn.parameter Parameter'])
const typeNames = /^torch (?:float(?:16|32|64)|bfloat16|u?int(?:8|16|32|64)|bool|half|float|double|long|strided)$/

/** @param storages each that is named, by its key */
const tableWith = (storages: Map<string, TorchStorage>): PickleTable => ({
  knows(name) {
    if (name in storageTypes || dictionaries.has(name) || beside.has(name) || tensorMakers.has(name) || parameterMakers.has(name))
      return true
    if (typeNames.test(name)) return true
    if (/Module|Net|Model|VGG|^torch\.nn|^torchvision/i.test(name)) throw new PickleRefusal(wholeModel(name))
    return false
  },
  construct(name, given) {
    const list = Array.isArray(given) ? given : []
    if (dictionaries.has(name)) return new Map()
    if (tensorMakers.has(name)) return tensorOf(list)
    if (parameterMakers.has(name)) {
      if (list[0] instanceof TorchTensor) return list[0]
      throw new PickleRefusal('a parameter of what is no tensor')
    }
    if (beside.has(name)) return new Unread()
    throw new PickleRefusal(`it calls ${name.replace(' ', '.')}, which is not run`)
  },
  build(target) {
    if (!(target instanceof Map || target instanceof Unread || target instanceof TorchTensor))
      throw new PickleRefusal('it sets the state of what has none')
  },
  persistent(id) {
    const [kind, type, key, , count] = Array.isArray(id) ? id : []
    const numberType = type instanceof PickledName ? storageTypes[type.name] : undefined
    if (kind !== 'storage' || numberType === undefined || typeof key !== 'string' || !isSize(count))
      throw new PickleRefusal('it keeps something else than a storage of numbers outside itself')
    const storage = storages.get(key) ?? new TorchStorage(key, numberType, count)
    if (storage.type !== numberType || storage.count !== count) throw new PickleRefusal(`it tells two sizes of storage ${key.slice(0, 40)}`)
    storages.set(key, storage)
    return storage
  },
})

const wholeModel = (name: string) =>
  `it holds a whole model (${name.replace(' ', '.').slice(0, 100)}), whose program would have to be run; expected a state dict: in ` +
  'PyTorch, torch.save(model.state_dict(), file)'

/** A network of ten thousand layers with momenta has a tenth of this. */
const limits = { opcodes: 4_000_000, containers: 400_000 }
/** A larger pickle holds something else than names and shapes. */
export const mostPickleBytes = 32 * 2 ** 20

/**
 * Reads one of a file's pickles.
 * @param storages takes those that the pickle names, by key
 * @throws WeightsRefusal for whatever is not on the closed lists
 */
export function readTorchPickle(bytes: Buffer, start: number, storages: Map<string, TorchStorage>): { value: Pickled; end: number } {
  try {
    return readPickle(bytes, tableWith(storages), limits, start)
  } catch (error) {
    if (error instanceof PickleRefusal) throw new WeightsRefusal(`its pickle is not read: ${error.message}`)
    if (error instanceof RangeError) throw new WeightsRefusal('its pickle ends too early')
    throw error
  }
}

function tensorOf([storage, offset, shape, strides]: readonly Pickled[]): TorchTensor {
  if (!(storage instanceof TorchStorage) || !isSize(offset) || !isSizes(shape) || !isSizes(strides) || shape.length !== strides.length)
    throw new PickleRefusal('a tensor without storage, offset, shape and strides')
  if (shape.length > 8) throw new PickleRefusal(`a tensor of ${shape.length} axes`)
  const isEmpty = shape.includes(0)
  const last = shape.reduce((sum, side, axis) => sum + (side - 1) * strides[axis]!, offset)
  // Repeated numbers (stride 0) would let a small file hold arrays of any size.
  if (!isEmpty && (last >= storage.count || elements(shape) > storage.count))
    throw new PickleRefusal(`a tensor [${shape.join(', ')}] that is larger than its storage of ${storage.count} numbers`)
  return new TorchTensor(storage, offset, shape, strides)
}

/**
 * A tensor whose numbers are read when they are asked for.
 * @param storageBytes all bytes of a storage
 */
export function torchStoredTensor(
  name: string,
  { storage, offset, shape, strides }: TorchTensor,
  storageBytes: (storage: TorchStorage) => Buffer,
  bigEndian: boolean,
): StoredTensor {
  const { type, count } = storage
  arrayBytes(name, type, shape)
  return {
    name,
    type,
    shape,
    values() {
      const bytes = storageBytes(storage)
      if (bytes.length < count * itemBytes(type)) throw new WeightsRefusal(`the storage of ${name} holds ${bytes.length} bytes, too few`)
      if (isContiguous(shape, strides)) {
        const start = offset * itemBytes(type)
        return toFloats(bytes.subarray(start, start + elements(shape) * itemBytes(type)), type, bigEndian)
      }
      return gather(toFloats(bytes.subarray(0, count * itemBytes(type)), type, bigEndian), offset, shape, strides)
    },
  }
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false
    expected *= shape[axis]!
  }
  return true
}

/** Takes the numbers of a view in the order of C. */
function gather(numbers: Float32Array, offset: number, shape: readonly number[], strides: readonly number[]): Float32Array {
  const values = new Float32Array(elements(shape))
  const index = shape.map(() => 0)
  let from = offset
  for (let to = 0; to < values.length; to++) {
    values[to] = numbers[from]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++
      from += strides[axis]!
      if (index[axis]! < shape[axis]!) break
      from -= index[axis]! * strides[axis]!
      index[axis] = 0
    }
  }
  return values
}

function isSize(value: Pickled | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isSizes(value: Pickled | undefined): value is number[] {
  return Array.isArray(value) && value.every((size) => isSize(size))
}
