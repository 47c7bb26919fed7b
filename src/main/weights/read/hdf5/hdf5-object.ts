import { WeightsRefusal } from '../source/byte-source.ts'
import { arrayBytes, type StoredTensor, toFloats } from '../source/stored-tensor.ts'
import type { Hdf5File } from './hdf5-file.ts'
import { addressIn, damaged, type HeaderMessage, messageTypes, requireAddress } from './hdf5-file.ts'
import { linksOf } from './hdf5-links.ts'
import { itemsOf, shapeOf, typeOf } from './hdf5-types.ts'

/** A model's description takes less. */
const mostTextBytes = 16 * 2 ** 20

/** A group or an array of an HDF5 file. */
export class Hdf5Object {
  readonly #file: Hdf5File
  readonly #messages: readonly HeaderMessage[]
  #links: Map<string, number> | null = null

  constructor(file: Hdf5File, address = file.root) {
    this.#file = file
    this.#messages = file.messages(address)
  }

  get isArray(): boolean {
    return this.#find(messageTypes.layout) !== undefined
  }

  /** Names of a group's members. */
  get names(): string[] {
    return [...this.#members.keys()]
  }

  /** A member, or one of a member's: null where there is none. */
  at(...path: readonly string[]): Hdf5Object | null {
    const [name, ...rest] = path
    if (name === undefined) return this
    const address = this.#members.get(name)
    return address === undefined ? null : new Hdf5Object(this.#file, address).at(...rest)
  }

  /** The texts of an attribute; null where there is none, or one of another type. */
  texts(name: string): string[] | null {
    for (const { type, body } of this.#messages) {
      if (type !== messageTypes.attribute) continue
      const attribute = attributeIn(body)
      if (attribute.name !== name) continue
      const found = typeOf({ body: attribute.type, isShared: attribute.isTypeShared })
      if (found.kind !== 'text' && found.kind !== 'heap-text') return null
      const items = itemsOf(attribute.bytes, shapeOf(attribute.shape), found)
      return items.map((item) => (found.kind === 'text' ? untilZero(item) : this.#heapText(item)))
    }
    return null
  }

  /** The single text of an attribute. */
  text(name: string): string | null {
    return this.texts(name)?.[0] ?? null
  }

  /** The array, whose numbers are read when they are asked for. @throws WeightsRefusal where it is none of numbers */
  tensor(name: string): StoredTensor {
    const [space, type, layout] = [messageTypes.dataspace, messageTypes.datatype, messageTypes.layout].map((each) => this.#find(each))
    if (!space || !type || !layout) throw new WeightsRefusal(`${JSON.stringify(name)} is no array`)
    const known = typeOf(type)
    if (known.kind !== 'number')
      throw new WeightsRefusal(`${JSON.stringify(name)} is no array of numbers (${known.kind === 'other' ? known.words : 'text'})`)
    const shape = shapeOf(space.body)
    const length = arrayBytes(name, known.type, shape)
    const read = this.#reader(name, layout.body, length)
    return { name, type: known.type, shape, values: () => toFloats(read(), known.type, known.bigEndian) }
  }

  #reader(name: string, layout: Buffer, length: number): () => Buffer {
    const [version, kind] = [layout[0]!, layout[1]!]
    if (version !== 3 && version !== 4)
      throw new WeightsRefusal(`${JSON.stringify(name)} lies as HDF5 before 1.6 has it, which is not read`)
    if (this.#find(messageTypes.filters) || kind > 1)
      throw new WeightsRefusal(`${JSON.stringify(name)} is packed or in pieces, which is not read; expected arrays as Keras writes them`)
    if (kind === 0) {
      const bytes = layout.subarray(4, 4 + layout.readUInt16LE(2))
      if (bytes.length < length) throw new WeightsRefusal(`${JSON.stringify(name)} holds ${bytes.length} bytes; its shape takes ${length}`)
      return () => bytes.subarray(0, length)
    }
    const [address, stored] = [addressIn(layout, 2), addressIn(layout, 10)]
    if (length === 0) return () => Buffer.alloc(0)
    if (!Number.isFinite(address)) throw new WeightsRefusal(`${JSON.stringify(name)} was never written`)
    if (stored < length) throw new WeightsRefusal(`${JSON.stringify(name)} holds ${stored} bytes; its shape takes ${length}`)
    const { bytes } = this.#file
    bytes.require(address, length)
    return () => bytes.read(address, length)
  }

  get #members(): Map<string, number> {
    this.#links ??= linksOf(this.#file, this.#messages)
    return this.#links
  }

  #find(type: number): HeaderMessage | undefined {
    return this.#messages.find((message) => message.type === type)
  }

  /** Reads a text of any length: its length, the address of a collection, and its number in there. */
  #heapText(item: Buffer): string {
    const [length, at, index] = [item.readUInt32LE(0), requireAddress(addressIn(item, 4)), item.readUInt32LE(12)]
    if (length === 0) return ''
    const head = this.#file.read(at, 16)
    const size = addressIn(head, 8)
    if (head.toString('latin1', 0, 4) !== 'GCOL' || size > mostTextBytes) throw damaged(at, 'no collection of texts')
    const collection = this.#file.read(at, size)
    for (let from = 16; from + 16 <= size;) {
      const [number, bytes] = [collection.readUInt16LE(from), addressIn(collection, from + 8)]
      if (number === 0) break
      if (number === index && length <= bytes) return untilZero(collection.subarray(from + 16, from + 16 + length))
      from += 16 + 8 * Math.ceil(bytes / 8)
    }
    throw damaged(at, `no text ${index}`)
  }
}

/** An attribute's name, type, shape and bytes; in version 1 each is filled up to 8 bytes. */
function attributeIn(body: Buffer) {
  const version = body[0]!
  if (version < 1 || version > 3) throw new WeightsRefusal(`it is damaged: an attribute of version ${version}`)
  const lengths = [2, 4, 6].map((at) => body.readUInt16LE(at))
  let from = version === 3 ? 9 : 8
  const [name, type, shape] = lengths.map((length) => {
    const part = body.subarray(from, from + length)
    from += version === 1 ? 8 * Math.ceil(length / 8) : length
    return part
  }) as [Buffer, Buffer, Buffer]
  return { name: untilZero(name), type, shape, bytes: body.subarray(from), isTypeShared: version > 1 && (body[1]! & 1) !== 0 }
}

function untilZero(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end)
}
