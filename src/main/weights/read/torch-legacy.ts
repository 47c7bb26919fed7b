import type { Pickled } from '../../data/pickle/values.ts'
import { type ByteSource, WeightsRefusal } from './source/byte-source.ts'
import type { WeightFile } from './source/weight-file.ts'
import { stateDictOf } from './state-dict.ts'
import { itemBytes } from './source/stored-tensor.ts'
import { mostPickleBytes, readTorchPickle, torchStoredTensor, type TorchStorage } from './torch-pickle.ts'
import { lastRead } from './torch-zip.ts'

/** The first pickle of a file of PyTorch before 1.6. */
const magicNumber = 0x1950a86a20f9469cfc6cn
const protocolVersion = 1001

/**
 * Reads what torch.save wrote before PyTorch 1.6: pickles of a magic number, a protocol, the machine, the object and the keys of its
 * storages, and behind them each storage with its length.
 */
export function readTorchLegacy(source: ByteSource): Pick<WeightFile, 'tensors' | 'notes'> {
  const head = source.read(0, Math.min(source.size, mostPickleBytes))
  const named = new Map<string, TorchStorage>()
  let at = 0
  const next = (): Pickled => {
    const { value, end } = readTorchPickle(head, at, named)
    at = end
    return value
  }
  // A whole number of 80 bits is rounded to the next float64.
  if (next() !== Number(magicNumber) || next() !== protocolVersion)
    throw new WeightsRefusal('it is a pickle and not of PyTorch: its first numbers are not those that torch.save writes')
  const machine = next()
  const bigEndian = machine instanceof Map && machine.get('little_endian') === false
  const { tensors, at: keys } = stateDictOf(next())
  const storages = locate(source, next(), at, named)
  const storageBytes = lastRead((storage) => {
    const { offset, bytes } = storages.get(storage.key)!
    return source.read(offset, bytes)
  })
  return {
    tensors: [...tensors].map(([name, tensor]) => torchStoredTensor(name, tensor, storageBytes, bigEndian)),
    notes: keys.length > 0 ? [`the state dict under "${keys.join('.')}"`] : [],
  }
}

/** Finds each storage behind the pickles, in the order of their keys. */
function locate(source: ByteSource, keys: Pickled, start: number, named: ReadonlyMap<string, TorchStorage>) {
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) throw new WeightsRefusal('it lists no keys of storages')
  const found = new Map<string, { offset: number; bytes: number }>()
  let at = start
  for (const key of keys) {
    const storage = named.get(key)
    if (!storage) throw new WeightsRefusal(`storage ${key.slice(0, 40)} belongs to nothing that its pickle names`)
    const count = Number(source.read(at, 8).readBigInt64LE())
    if (count !== storage.count)
      throw new WeightsRefusal(`storage ${key.slice(0, 40)} holds ${count} numbers; its pickle names ${storage.count}`)
    const bytes = count * itemBytes(storage.type)
    source.require(at + 8, bytes)
    found.set(key, { offset: at + 8, bytes })
    at += 8 + bytes
  }
  const missing = [...named.keys()].find((key) => !found.has(key))
  if (missing !== undefined) throw new WeightsRefusal(`storage ${missing.slice(0, 40)} is missing`)
  return found
}
