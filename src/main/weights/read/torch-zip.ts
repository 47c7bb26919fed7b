import { mostMetadataBytes, ownMetadataEntry, parseMetadata } from '../own-metadata.ts'
import { WeightsRefusal } from './source/byte-source.ts'
import type { WeightFile } from './source/weight-file.ts'
import { stateDictOf } from './state-dict.ts'
import { mostPickleBytes, readTorchPickle, torchStoredTensor, type TorchStorage } from './torch-pickle.ts'
import { itemBytes } from './source/stored-tensor.ts'
import type { ZipEntry } from './source/zip-directory.ts'

/** Reads what torch.save writes since PyTorch 1.6: a zip of data.pkl and, stored as they are, data/0, data/1, ... */
export function readTorchZip(entries: ReadonlyMap<string, ZipEntry>): Pick<WeightFile, 'tensors' | 'notes' | 'metadata'> {
  const pickle = [...entries.values()].find(({ name }) => /^(?:[^/]+\/)?data\.pkl$/.test(name))
  if (!pickle) throw new WeightsRefusal(foreignZip(entries))
  if (pickle.size > mostPickleBytes) throw new WeightsRefusal(`its pickle has ${pickle.size} bytes, more than names and shapes take`)
  const folder = pickle.name.slice(0, -'data.pkl'.length)
  const order = entries.get(`${folder}byteorder`)
  const bigEndian = order !== undefined && order.size < 16 && order.read().toString('latin1').trim() === 'big'
  const storageBytes = lastRead((storage) => entryOf(entries, folder, storage).read())
  const { tensors, at } = stateDictOf(readTorchPickle(pickle.read(), 0, new Map()).value)
  for (const { storage } of tensors.values()) entryOf(entries, folder, storage)
  return {
    tensors: [...tensors].map(([name, tensor]) => torchStoredTensor(name, tensor, storageBytes, bigEndian)),
    metadata: metadataOf(entries.get(folder + ownMetadataEntry)),
    notes: at.length > 0 ? [`the state dict under "${at.join('.')}"`] : [],
  }
}

/** What an export of Skiplab says of itself; nothing where another program wrote the file. */
function metadataOf(entry: ZipEntry | undefined): Record<string, string> {
  if (!entry) return {}
  if (entry.size > mostMetadataBytes) throw new WeightsRefusal(`its ${ownMetadataEntry} has ${entry.size} bytes, more than settings take`)
  try {
    return parseMetadata(entry.read().toString('utf8'))
  } catch {
    throw new WeightsRefusal(`its ${ownMetadataEntry} is no JSON of texts by name`)
  }
}

function entryOf(entries: ReadonlyMap<string, ZipEntry>, folder: string, { key, type, count }: TorchStorage): ZipEntry {
  const entry = entries.get(`${folder}data/${key}`)
  const expected = count * itemBytes(type)
  if (entry && entry.size >= expected) return entry
  throw new WeightsRefusal(
    `its pickle names ${count} numbers of ${type} in data/${key.slice(0, 40)}, ${expected} bytes; got ${entry?.size ?? 'no such entry'}`,
  )
}

/** Tensors that are views of one storage follow each other. */
export function lastRead(read: (storage: TorchStorage) => Buffer): (storage: TorchStorage) => Buffer {
  let last: { readonly key: string; readonly bytes: Buffer } | null = null
  return (storage) => {
    if (last?.key !== storage.key) last = { key: storage.key, bytes: read(storage) }
    return last.bytes
  }
}

function foreignZip(entries: ReadonlyMap<string, ZipEntry>): string {
  const names = [...entries.keys()]
  if (names.some((name) => name.endsWith('.npy')))
    return "it holds NumPy's arrays, which are not read; expected PyTorch, Keras, safetensors or ONNX"
  return (
    'it is a zip without data.pkl and without model.weights.h5; expected what torch.save(model.state_dict(), file) of PyTorch or ' +
    'model.save(file) of Keras 3 writes'
  )
}
