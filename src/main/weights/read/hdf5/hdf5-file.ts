import { type Bytes, WeightsRefusal } from '../source/byte-source.ts'

/** First bytes of every file. */
export const hdf5Signature = '\x89HDF\r\n\x1a\n'

/** A message of an object's header: one thing that the object is or has. */
export interface HeaderMessage {
  readonly type: number
  readonly body: Buffer
  /** Whether the body tells only where another object has it. */
  readonly isShared: boolean
}

/** Types of messages that are read. */
export const messageTypes = {
  dataspace: 1,
  linkInfo: 2,
  datatype: 3,
  link: 6,
  layout: 8,
  filters: 11,
  attribute: 12,
  continuation: 16,
  symbolTable: 17,
} as const

/** A network of ten thousand layers takes less. */
const most = { reads: 100_000, bytes: 128 * 2 ** 20, bytesAtOnce: 16 * 2 ** 20, messages: 65_536 }

/**
 * Reads the structure of an HDF5 file piece by piece: https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html. What Keras and
 * h5py write is read; everything else is refused. Each read counts, so that a file of circles comes to an end.
 */
export class Hdf5File {
  readonly bytes: Bytes
  /** Address of the root group's header. */
  readonly root: number
  #reads = 0
  #readBytes = 0

  constructor(bytes: Bytes) {
    this.bytes = bytes
    const head = bytes.read(0, 96)
    if (head.toString('latin1', 0, 8) !== hdf5Signature) throw new WeightsRefusal('its weights are not HDF5; expected what Keras writes')
    const version = head[8]!
    if (version > 3) throw new WeightsRefusal(`it is HDF5 of version ${version}, which is not read`)
    const [offsetBytes, lengthBytes] = version < 2 ? [head[13], head[14]] : [head[9], head[10]]
    if (offsetBytes !== 8 || lengthBytes !== 8)
      throw new WeightsRefusal('it is HDF5 with addresses of other than 64 bits, which is not read')
    // Version 1 has four more bytes in front of its addresses; the root's entry tells a name first, then the header.
    const addresses = { 0: 24, 1: 28, 2: 12, 3: 12 }[version]!
    const base = addressIn(head, addresses)
    if (base !== 0) throw new WeightsRefusal('it is HDF5 behind a block of another program, which is not read')
    this.root = requireAddress(addressIn(head, version < 2 ? addresses + 40 : addresses + 24))
  }

  /** Reads a part of the structure, which is counted. */
  read(address: number, length: number): Buffer {
    this.#reads++
    this.#readBytes += length
    if (this.#reads > most.reads || this.#readBytes > most.bytes || length > most.bytesAtOnce)
      throw new WeightsRefusal('it holds more groups and arrays than any network has')
    return this.bytes.read(address, length)
  }

  /** The messages of an object's header. */
  messages(address: number): HeaderMessage[] {
    const head = this.read(address, 12)
    return head.toString('latin1', 0, 4) === 'OHDR' ? this.#newMessages(address, head) : this.#oldMessages(address, head)
  }

  #oldMessages(address: number, head: Buffer): HeaderMessage[] {
    if (head[0] !== 1) throw damaged(address, 'no header of an object')
    const count = head.readUInt16LE(2)
    const found: HeaderMessage[] = []
    const blocks = [{ at: address + 16, length: head.readUInt32LE(8) }]
    for (const { at, length } of blocks) {
      const block = this.read(at, length)
      for (let from = 0; from + 8 <= length && found.length < count;) {
        const message = messageAt(
          block,
          { type: block.readUInt16LE(from), size: block.readUInt16LE(from + 2), flags: block[from + 4]! },
          from + 8,
          at,
        )
        from += 8 + message.body.length
        found.push(message)
        if (message.type === messageTypes.continuation) blocks.push(continuationOf(message))
      }
    }
    return found
  }

  #newMessages(address: number, head: Buffer): HeaderMessage[] {
    const flags = head[5]!
    const before = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0)
    const width = 1 << (flags & 3)
    const size = this.read(address + before, width).readUIntLE(0, Math.min(width, 6))
    const headBytes = flags & 4 ? 6 : 4
    const found: HeaderMessage[] = []
    const blocks = [{ at: address + before + width, length: size }]
    for (const { at, length } of blocks) {
      const block = this.read(at, length)
      // What is shorter than a message's head is a gap.
      for (let from = 0; from + headBytes <= length;) {
        const message = messageAt(
          block,
          { type: block[from]!, size: block.readUInt16LE(from + 1), flags: block[from + 3]! },
          from + headBytes,
          at,
        )
        from += headBytes + message.body.length
        if (found.push(message) > most.messages) throw damaged(address, 'a header of very many messages')
        if (message.type !== messageTypes.continuation) continue
        const next = continuationOf(message)
        if (this.read(next.at, 4).toString('latin1') !== 'OCHK' || next.length < 8) throw damaged(next.at, 'no continuation of a header')
        blocks.push({ at: next.at + 4, length: next.length - 8 })
      }
    }
    return found
  }
}

function messageAt(
  block: Buffer,
  { type, size, flags }: { readonly type: number; readonly size: number; readonly flags: number },
  from: number,
  blockAt: number,
): HeaderMessage {
  if (from + size > block.length) throw damaged(blockAt + from, 'a message that leads outside its header')
  return { type, body: block.subarray(from, from + size), isShared: (flags & 2) !== 0 }
}

function continuationOf({ body }: HeaderMessage): { at: number; length: number } {
  if (body.length < 16) throw new WeightsRefusal('it is damaged: a header goes on nowhere')
  return { at: addressIn(body, 0), length: addressIn(body, 8) }
}

/** Address or length of 64 bits; Infinity for what is undefined. */
export function addressIn(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at)
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : Infinity
}

export function requireAddress(address: number): number {
  if (Number.isFinite(address)) return address
  throw new WeightsRefusal('it is damaged: an address that is undefined')
}

export function damaged(at: number, what: string): WeightsRefusal {
  return new WeightsRefusal(`it is damaged at byte ${at}: ${what}`)
}
