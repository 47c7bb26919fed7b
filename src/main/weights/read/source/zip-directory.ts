import { crc32 } from 'node:zlib'
import { type ByteSource, type Bytes, ByteWindow, WeightsRefusal } from './byte-source.ts'

/** An entry of a zip that lies in it as it is. */
export interface ZipEntry {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Reads the whole entry. @throws WeightsRefusal where it is packed, encrypted or not what its check sum says */
  read(): Buffer
  /** Checks the whole entry piece by piece, to be read where it lies. @throws WeightsRefusal as {@link read} does */
  open(): Bytes
}

/** Bytes that are checked at once. */
const checkedBytes = 2 ** 20

/** A network of ten thousand layers has fewer. */
const most = { entries: 200_000, directoryBytes: 32 * 2 ** 20 }
const endSignature = 0x06054b50
const entrySignature = 0x02014b50
const headerSignature = 0x04034b50
const wide = 0xffffffff

/** Reads the directory of a zip. @throws WeightsRefusal where it is cut or damaged */
export function zipDirectory(source: ByteSource): ReadonlyMap<string, ZipEntry> {
  const { count, bytes, offset } = findEnd(source)
  if (count > most.entries || bytes > most.directoryBytes)
    throw new WeightsRefusal(`its directory names ${count} entries in ${bytes} bytes, more than any network has`)
  const directory = source.read(offset, bytes)
  const entries = new Map<string, ZipEntry>()
  let at = 0
  for (let index = 0; index < count; index++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== entrySignature)
      throw new WeightsRefusal(`its directory is damaged at entry ${index}`)
    const nameBytes = directory.readUInt16LE(at + 28)
    const extraBytes = directory.readUInt16LE(at + 30)
    const next = at + 46 + nameBytes + extraBytes + directory.readUInt16LE(at + 32)
    if (next > directory.length) throw new WeightsRefusal(`its directory is damaged at entry ${index}`)
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes)
    const entry = entryAt(source, directory, at, name, directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes))
    if (entries.has(name)) throw new WeightsRefusal(`it holds ${JSON.stringify(name)} twice`)
    entries.set(name, entry)
    at = next
  }
  return entries
}

function entryAt(source: ByteSource, directory: Buffer, at: number, name: string, extra: Buffer): ZipEntry {
  const flags = directory.readUInt16LE(at + 8)
  const method = directory.readUInt16LE(at + 10)
  const sum = directory.readUInt32LE(at + 16)
  const told = [directory.readUInt32LE(at + 24), directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 42)] as const
  const [size, packedSize, header] = wideSizes(told, extra)
  const refuse = (why: string) => new WeightsRefusal(`${JSON.stringify(name)} in it ${why}`)
  const requireSum = (got: number) => {
    if (got !== sum) throw refuse('is damaged: its check sum is not the one that the zip tells')
  }
  const find = (): Bytes => {
    if (flags & 1) throw refuse('is encrypted')
    if (method !== 0 || packedSize !== size) throw refuse('is packed; PyTorch and Keras store arrays as they are')
    const head = source.read(header, 30)
    if (head.readUInt32LE(0) !== headerSignature) throw refuse('is not where the directory says')
    return new ByteWindow(source, header + 30 + head.readUInt16LE(26) + head.readUInt16LE(28), size)
  }
  source.require(header, size)
  return {
    name,
    size,
    read() {
      const bytes = find().read(0, size)
      requireSum(crc32(bytes))
      return bytes
    },
    open() {
      const bytes = find()
      let got = 0
      for (let at = 0; at < size; at += checkedBytes) got = crc32(bytes.read(at, Math.min(checkedBytes, size - at)), got)
      requireSum(got)
      return bytes
    },
  }
}

/** Sizes of 64 bits stand in an extra field, in the order of those that do not fit 32. */
function wideSizes(told: readonly [number, number, number], extra: Buffer): [number, number, number] {
  const sizes: [number, number, number] = [...told]
  for (let at = 0; at + 4 <= extra.length;) {
    const length = extra.readUInt16LE(at + 2)
    if (extra.readUInt16LE(at) === 1) {
      let from = at + 4
      for (const index of [0, 1, 2] as const) {
        if (sizes[index] !== wide || from + 8 > Math.min(extra.length, at + 4 + length)) continue
        sizes[index] = Number(extra.readBigUInt64LE(from))
        from += 8
      }
    }
    at += 4 + length
  }
  return sizes
}

/** Finds the record at the end of a zip, behind which a comment of up to 64 KiB may stand. */
function findEnd(source: ByteSource): { count: number; bytes: number; offset: number } {
  const length = Math.min(source.size, 22 + 0xffff)
  const tail = source.read(source.size - length, length)
  for (let at = length - 22; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== endSignature) continue
    const end = { count: tail.readUInt16LE(at + 10), bytes: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) }
    if (end.count !== 0xffff && end.bytes !== wide && end.offset !== wide) return end
    return wideEnd(source, tail, at)
  }
  throw new WeightsRefusal('it begins like a zip and has no end of one: it was cut')
}

function wideEnd(source: ByteSource, tail: Buffer, at: number): { count: number; bytes: number; offset: number } {
  if (at < 20 || tail.readUInt32LE(at - 20) !== 0x07064b50) throw new WeightsRefusal('its directory cannot be found')
  const record = source.read(Number(tail.readBigUInt64LE(at - 20 + 8)), 56)
  if (record.readUInt32LE(0) !== 0x06064b50) throw new WeightsRefusal('its directory cannot be found')
  return {
    count: Number(record.readBigUInt64LE(32)),
    bytes: Number(record.readBigUInt64LE(40)),
    offset: Number(record.readBigUInt64LE(48)),
  }
}
