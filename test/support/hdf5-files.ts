import { type FileTensor, u64, zipOf } from './weight-files.ts'

/** Files of HDF5 as h5py writes them for Keras, byte by byte, independent of the program's reader. */
export interface Hdf5Group {
  /** A text lies in a heap, texts lie in the header. */
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>
  readonly members?: Readonly<Record<string, Hdf5Group | Hdf5Array>>
}

type Hdf5Array = Pick<FileTensor, 'shape' | 'values'>

const ascii = (text: string) => Buffer.from(text, 'latin1')
const bytes = (...values: number[]) => Buffer.from(values)
const u16 = (value: number) => bytes(value & 255, value >> 8)
const u32 = (value: number) => Buffer.concat([u16(value & 0xffff), u16(value >>> 16)])
const undefinedAddress = u64(2n ** 64n - 1n)
const padded = (part: Buffer) => Buffer.concat([part, Buffer.alloc((8 - (part.length % 8)) % 8)])

const float32 = Buffer.concat([bytes(0x11, 0x20, 0x1f, 0), u32(4), u16(0), u16(32), bytes(23, 8, 0, 23), u32(127)])
const fixedText = (length: number) => Buffer.concat([bytes(0x13, 0, 0, 0), u32(length)])
const heapText = Buffer.concat([bytes(0x19, 1, 0, 0), u32(16), bytes(0x10, 0, 0, 0), u32(1), u32(0), u32(0)])
const space = (shape: readonly number[]) => Buffer.concat([bytes(1, shape.length, 0, 0), u32(0), ...shape.map(u64)])

export function hdf5File(root: Hdf5Group): Buffer {
  const writer = new Hdf5Writer()
  const header = writer.object(root)
  return writer.whole(header)
}

class Hdf5Writer {
  readonly #parts: Buffer[] = [Buffer.alloc(96)]
  #end = 96

  whole(root: number): Buffer {
    const superblock = Buffer.concat([
      ...[ascii('\x89HDF\r\n\x1a\n'), bytes(0, 0, 0, 0, 0, 8, 8, 0), u16(4), u16(16), u32(0)],
      ...[u64(0), undefinedAddress, u64(this.#end), undefinedAddress],
      ...[u64(0), u64(root), u32(0), u32(0), Buffer.alloc(16)],
    ])
    return Buffer.concat([superblock, ...this.#parts.slice(1)])
  }

  object(node: Hdf5Group | Hdf5Array): number {
    if ('values' in node) {
      const { shape, values } = node
      const at = this.#put(Buffer.from(values.buffer, values.byteOffset, values.byteLength))
      const layout = Buffer.concat([bytes(3, 1), u64(at), u64(values.byteLength)])
      return this.#header([
        [1, space(shape)],
        [3, float32],
        [8, layout],
      ])
    }
    const attributes = Object.entries(node.attributes ?? {}).map(([name, value]) => [12, this.#attribute(name, value)] as const)
    return this.#header([[17, this.#table(node.members ?? {})], ...attributes])
  }

  /** A heap of names, lists of eight members each, and the tree above them. */
  #table(members: Readonly<Record<string, Hdf5Group | Hdf5Array>>): Buffer {
    const sorted = Object.keys(members).sort()
    const offsets: number[] = []
    let names = Buffer.alloc(8)
    for (const name of sorted) {
      offsets.push(names.length)
      names = Buffer.concat([names, padded(ascii(`${name}\0`))])
    }
    const addresses = sorted.map((name) => this.object(members[name]!))
    const heap = this.#put(Buffer.concat([ascii('HEAP'), u32(0), u64(names.length), undefinedAddress, u64(this.#put(names))]))
    const lists: Buffer[] = []
    for (let first = 0; first < sorted.length; first += 8) {
      const entries = sorted
        .slice(first, first + 8)
        .map((_, at) => Buffer.concat([u64(offsets[first + at]!), u64(addresses[first + at]!), Buffer.alloc(24)]))
      const list = this.#put(Buffer.concat([ascii('SNOD'), bytes(1, 0), u16(entries.length), ...entries]))
      lists.push(Buffer.concat([u64(list), u64(offsets[Math.min(first + 7, offsets.length - 1)]!)]))
    }
    const head = Buffer.concat([ascii('TREE'), bytes(0, 0), u16(lists.length), undefinedAddress, undefinedAddress])
    return Buffer.concat([u64(this.#put(Buffer.concat([head, u64(0), ...lists]))), u64(heap)])
  }

  #attribute(name: string, value: string | readonly string[]): Buffer {
    const isText = typeof value === 'string'
    const longest = isText ? 0 : Math.max(1, ...value.map(({ length }) => length))
    const type = isText ? heapText : fixedText(longest)
    const shape = space(isText ? [] : [value.length])
    const items = isText
      ? this.#heapItem(value)
      : Buffer.concat(value.map((text) => Buffer.concat([ascii(text), Buffer.alloc(longest - text.length)])))
    const [label, lengths] = [ascii(`${name}\0`), [name.length + 1, type.length, shape.length]]
    return Buffer.concat([bytes(1, 0), ...lengths.map(u16), padded(label), padded(type), padded(shape), items])
  }

  #heapItem(text: string): Buffer {
    const content = ascii(text)
    const item = Buffer.concat([u16(1), u16(1), u32(0), u64(content.length), padded(content)])
    const at = this.#put(Buffer.concat([ascii('GCOL'), bytes(1, 0, 0, 0), u64(16 + item.length + 16), item, Buffer.alloc(16)]))
    return Buffer.concat([u32(content.length), u64(at), u32(1)])
  }

  #header(messages: readonly (readonly [type: number, body: Buffer])[]): number {
    const all = Buffer.concat(messages.map(([type, body]) => Buffer.concat([u16(type), u16(padded(body).length), u32(0), padded(body)])))
    return this.#put(Buffer.concat([bytes(1, 0), u16(messages.length), u32(1), u32(all.length), u32(0), all]))
  }

  /** @returns the address */
  #put(part: Buffer): number {
    const at = this.#end
    this.#parts.push(padded(part))
    this.#end += padded(part).length
    return at
  }
}

/** Arrays by layer, in the order of the model: `conv1_conv/kernel`. */
function byLayer(tensors: readonly FileTensor[]): Map<string, FileTensor[]> {
  const layers = new Map<string, FileTensor[]>()
  for (const tensor of tensors) {
    const layer = tensor.name.split('/')[0]!
    layers.set(layer, [...(layers.get(layer) ?? []), tensor])
  }
  return layers
}

/** What Keras writes into `.h5`. @param model JSON of the model; null: weights alone */
export function kerasLegacyFile(tensors: readonly FileTensor[], model: string | null = null): Buffer {
  const layers = byLayer(tensors)
  const groups = [...layers].map(([layer, arrays]): [string, Hdf5Group] => {
    const inner = Object.fromEntries(arrays.map((array) => [`${array.name.split('/')[1]!}:0`, array]))
    return [layer, { attributes: { weight_names: arrays.map(({ name }) => `${name}:0`) }, members: { [layer]: { members: inner } } }]
  })
  const weights: Hdf5Group = { attributes: { layer_names: [...layers.keys()], backend: 'tensorflow' }, members: Object.fromEntries(groups) }
  return hdf5File(model === null ? weights : { attributes: { model_config: model }, members: { model_weights: weights } })
}

/** What Keras 3 writes into `.weights.h5`: layers by class and number. @param classOf a layer's class in snake case */
export function kerasVariablesFile(tensors: readonly FileTensor[], classOf: (layer: string) => string): Buffer {
  const used = new Map<string, number>()
  const members: Record<string, Hdf5Group> = {}
  for (const [layer, arrays] of byLayer(tensors)) {
    const kind = classOf(layer)
    const count = used.get(kind) ?? 0
    used.set(kind, count + 1)
    const variables = Object.fromEntries(arrays.map((array, index) => [String(index), array]))
    members[count === 0 ? kind : `${kind}_${count}`] = { members: { vars: { members: variables } } }
  }
  const optimizer = { members: { vars: { members: { '0': { shape: [1], values: Float32Array.of(7) } } } } }
  return hdf5File({ members: { layers: { members }, optimizer, vars: {} } })
}

/** A model of Keras 3. */
export function kerasZip(weights: Buffer, model: string): Buffer {
  return zipOf([
    { name: 'metadata.json', bytes: ascii('{"keras_version": "3.9.0"}') },
    { name: 'config.json', bytes: Buffer.from(model) },
    { name: 'model.weights.h5', bytes: weights },
  ])
}

/** A model as Keras tells it. */
export function kerasModel(layers: readonly (readonly [className: string, config: Readonly<Record<string, unknown>>])[]): string {
  const all = layers.map(([className, config]) => ({ module: 'keras.layers', class_name: className, config, name: config.name }))
  return JSON.stringify({ module: 'keras', class_name: 'Functional', config: { name: 'model', layers: all } })
}
