import { WeightsRefusal } from '../source/byte-source.ts'
import { addressIn, damaged, type Hdf5File, type HeaderMessage, messageTypes, requireAddress } from './hdf5-file.ts'

const most = { nameBytes: 16 * 2 ** 20, levels: 8 }

/** Addresses of a group's members by name; of an array none. Links to other files and paths are passed by. */
export function linksOf(file: Hdf5File, messages: readonly HeaderMessage[]): Map<string, number> {
  const links = new Map<string, number>()
  for (const { type, body } of messages) {
    if (type === messageTypes.symbolTable) readTable(file, body, links)
    if (type === messageTypes.link) readLink(body, links)
    if (type === messageTypes.linkInfo && Number.isFinite(addressIn(body, body[1]! & 1 ? 10 : 2)))
      throw new WeightsRefusal(
        'it keeps a group as libver="latest" of h5py writes it, which is not read; expected a file as Keras writes it',
      )
  }
  return links
}

/** The older form: a heap of names, and a tree whose leaves are lists of members. */
function readTable(file: Hdf5File, body: Buffer, links: Map<string, number>): void {
  const heapAt = requireAddress(addressIn(body, 8))
  const heap = file.read(heapAt, 32)
  if (heap.toString('latin1', 0, 4) !== 'HEAP') throw damaged(heapAt, 'no heap of names')
  const nameBytes = addressIn(heap, 8)
  if (nameBytes > most.nameBytes) throw damaged(heapAt, `a heap of ${nameBytes} bytes of names`)
  const names = file.read(requireAddress(addressIn(heap, 24)), nameBytes)
  readNode(file, requireAddress(addressIn(body, 0)), names, links, null)
}

/** @param expected level of the node, which falls on the way down; null at the top */
function readNode(file: Hdf5File, at: number, names: Buffer, links: Map<string, number>, expected: number | null): void {
  const head = file.read(at, 24)
  const level = head[5]!
  if (head.toString('latin1', 0, 4) !== 'TREE' || head[4] !== 0 || (expected === null ? level > most.levels : level !== expected))
    throw damaged(at, 'no node of a group')
  const count = head.readUInt16LE(6)
  const content = file.read(at + 24, 8 + 16 * count)
  for (let index = 0; index < count; index++) {
    const child = requireAddress(addressIn(content, 8 + 16 * index))
    if (level > 0) readNode(file, child, names, links, level - 1)
    else readMembers(file, child, names, links)
  }
}

function readMembers(file: Hdf5File, at: number, names: Buffer, links: Map<string, number>): void {
  const head = file.read(at, 8)
  if (head.toString('latin1', 0, 4) !== 'SNOD') throw damaged(at, 'no list of members')
  const count = head.readUInt16LE(6)
  const entries = file.read(at + 8, 40 * count)
  for (let index = 0; index < count; index++) {
    const entry = entries.subarray(40 * index, 40 * index + 40)
    // A link by path has no header.
    if (entry.readUInt32LE(16) === 2) continue
    const start = addressIn(entry, 0)
    const end = names.indexOf(0, Math.min(start, names.length))
    if (start >= names.length || end < 0) throw damaged(at, 'a member without a name')
    links.set(names.toString('utf8', start, end), requireAddress(addressIn(entry, 8)))
  }
}

/** The newer form: a message for each member. */
function readLink(body: Buffer, links: Map<string, number>): void {
  const flags = body[1]!
  const isHard = !(flags & 8) || body[2] === 0
  const lengthAt = 2 + (flags & 8 ? 1 : 0) + (flags & 4 ? 8 : 0) + (flags & 0x10 ? 1 : 0)
  const width = 1 << (flags & 3)
  const length = body.readUIntLE(lengthAt, Math.min(width, 6))
  const nameAt = lengthAt + width
  if (isHard) links.set(body.toString('utf8', nameAt, nameAt + length), requireAddress(addressIn(body, nameAt + length)))
}
