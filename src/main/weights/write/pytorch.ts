import { elements } from '../../../common/network/kinds/shape.ts'
import type { OutputFile } from './files/output-file.ts'
import { ownMetadataEntry } from '../own-metadata.ts'
import { ZipWriter } from './files/zip.ts'
import { PickleWriter } from './pickle-writer.ts'
import type { StateArray } from './source/weights-source.ts'

/** Where PyTorch's own files have their arrays, so that `torch.load(..., mmap=True)` takes them. */
const alignment = 64
const root = 'archive'

/**
 * Writes a state dict as `torch.save` does since PyTorch 1.6: a ZIP archive with a pickle and one file for each array. Only globals that
 * `torch.load(..., weights_only=True)` knows are in it. It passes by the entry with the metadata.
 */
export function writePyTorch(file: OutputFile, arrays: readonly StateArray[], metadata: Readonly<Record<string, string>> = {}): void {
  const zip = new ZipWriter(file)
  zip.add(`${root}/data.pkl`, [pickleOf(arrays)], alignment)
  zip.add(`${root}/byteorder`, [Buffer.from('little')], alignment)
  for (const [index, { content }] of arrays.entries()) zip.add(`${root}/data/${index}`, content.chunks(), alignment)
  if (Object.keys(metadata).length > 0) zip.add(`${root}/${ownMetadataEntry}`, [Buffer.from(JSON.stringify(metadata))])
  zip.add(`${root}/version`, [Buffer.from('3\n')], alignment)
  zip.finish()
}

/** Pickles `OrderedDict([(name, tensor), ...])` whose tensors name their storages by number. */
function pickleOf(arrays: readonly StateArray[]): Buffer {
  const pickle = new PickleWriter()
  pickle.emptyOrderedDict()
  pickle.mark()
  for (const [index, array] of arrays.entries()) {
    pickle.text(array.name)
    tensor(pickle, String(index), array)
  }
  pickle.setItems()
  return pickle.finish()
}

/** Pickles `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)`. */
function tensor(pickle: PickleWriter, key: string, { type, shape }: StateArray): void {
  pickle.global('torch._utils', '_rebuild_tensor_v2')
  pickle.mark()
  pickle.mark()
  pickle.text('storage')
  pickle.global('torch', type === 'int64' ? 'LongStorage' : 'FloatStorage')
  pickle.text(key)
  pickle.text('cpu')
  pickle.integer(elements(shape))
  pickle.tuple()
  pickle.persistentId()
  pickle.integer(0)
  integers(pickle, shape)
  integers(pickle, stridesOf(shape))
  pickle.false()
  pickle.emptyOrderedDict()
  pickle.tuple()
  pickle.reduce()
}

function integers(pickle: PickleWriter, values: readonly number[]): void {
  pickle.mark()
  for (const value of values) pickle.integer(value)
  pickle.tuple()
}

/** Elements from one index to the next along each axis, the last axis dense. */
function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => elements(shape.slice(axis + 1)))
}
