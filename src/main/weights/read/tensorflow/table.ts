import { type Bytes, WeightsRefusal } from '../source/byte-source.ts'
import { maskedCrc32c } from './crc32c.ts'

const footerBytes = 48
const magicNumber = 0xdb4775248b80fb57n
/** Behind each block: how it is packed, and its check sum. */
const trailerBytes = 5
/** A network of ten thousand layers takes less. */
const most = { blockBytes: 16 * 2 ** 20, entries: 200_000 }

/** Whether a file ends as a table of TensorFlow does, which is that of LevelDB. */
export function isTable(bytes: Bytes): boolean {
  return bytes.size > footerBytes && bytes.read(bytes.size - 8, 8).readBigUInt64LE() === magicNumber
}

/** Lists the entries of a table: https://github.com/google/leveldb/blob/main/doc/table_format.md. Each block's check sum is compared. */
export function tableEntries(bytes: Bytes): { readonly key: string; readonly value: Buffer }[] {
  const footer = bytes.read(bytes.size - footerBytes, footerBytes)
  const [, afterFirst] = blockAt(footer, 0)
  const [index] = blockAt(footer, afterFirst)
  const entries: { key: string; value: Buffer }[] = []
  for (const { value: handle } of entriesIn(readBlock(bytes, index))) {
    for (const { key, value } of entriesIn(readBlock(bytes, blockAt(handle, 0)[0]))) {
      if (entries.push({ key: key.toString('utf8'), value }) > most.entries)
        throw new WeightsRefusal('it names more arrays than any network has')
    }
  }
  return entries
}

interface Block {
  readonly offset: number
  readonly size: number
}

function blockAt(bytes: Buffer, at: number): [block: Block, next: number] {
  const [offset, afterOffset] = varint(bytes, at)
  const [size, next] = varint(bytes, afterOffset)
  return [{ offset, size }, next]
}

function readBlock(bytes: Bytes, { offset, size }: Block): Buffer {
  if (size > most.blockBytes) throw new WeightsRefusal(`it holds a block of ${size} bytes, more than names and shapes take`)
  const block = bytes.read(offset, size + trailerBytes)
  if (maskedCrc32c(block.subarray(0, size + 1)) !== block.readUInt32LE(size + 1))
    throw new WeightsRefusal('it is damaged: the check sum of a block is not the one that it tells')
  if (block[size] !== 0) throw new WeightsRefusal('it is packed, which is not read; TensorFlow writes its lists of arrays as they are')
  return block.subarray(0, size)
}

/** Entries tell how much of the key before they share; where keys begin anew stands at the end. */
function entriesIn(block: Buffer): { readonly key: Buffer; readonly value: Buffer }[] {
  const end = block.length - 4 - 4 * block.readUInt32LE(block.length - 4)
  const entries: { key: Buffer; value: Buffer }[] = []
  let key = Buffer.alloc(0)
  for (let at = 0; at < end;) {
    const [shared, afterShared] = varint(block, at)
    const [own, afterOwn] = varint(block, afterShared)
    const [length, start] = varint(block, afterOwn)
    if (shared > key.length || start + own + length > end || entries.length > most.entries)
      throw new WeightsRefusal('it is damaged: an entry leads outside its block')
    key = Buffer.concat([key.subarray(0, shared), block.subarray(start, start + own)])
    entries.push({ key, value: block.subarray(start + own, start + own + length) })
    at = start + own + length
  }
  return entries
}

/** @throws RangeError behind the end */
function varint(bytes: Buffer, at: number): [value: number, next: number] {
  let value = 0
  for (let index = 0; index < 7; index++) {
    const byte = bytes.readUInt8(at + index)
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return [value, at + index + 1]
  }
  throw new WeightsRefusal('it is damaged: a number of more than 49 bits')
}
