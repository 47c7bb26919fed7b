import { crc32 } from 'node:zlib'
import { SkiplabError } from '../../../../common/failure.ts'
import type { OutputFile } from './output-file.ts'

/** Sizes and offsets of a ZIP archive without ZIP64 have 32 bits. */
const mostBytes = 2 ** 32 - 1
const localHeaderBytes = 30
/** Header of an extra field: a code and a length, 16 bits each. */
const extraHeaderBytes = 4
/** 1 January 1980, so that equal contents make equal archives. */
const dosDate = 0x0021

interface ZipEntry {
  readonly name: Buffer
  readonly checksum: number
  readonly bytes: number
  readonly offset: number
}

/** Writes a ZIP archive whose entries are stored as they are, in any amount of memory. */
export class ZipWriter {
  readonly #file: OutputFile
  readonly #entries: ZipEntry[] = []

  constructor(file: OutputFile) {
    this.#file = file
  }

  /**
   * Adds an entry.
   * @param chunks its contents in order
   * @param alignment its contents start at a multiple of so many bytes, as programs want that map the file into memory
   * @throws SkiplabError bad-input when the archive would be larger than 4 GB
   */
  add(name: string, chunks: Iterable<Uint8Array>, alignment = 1): void {
    const encoded = Buffer.from(name)
    const offset = this.#file.length
    const padding = paddingFor(offset + localHeaderBytes + encoded.length, alignment)
    this.#file.append(Buffer.alloc(localHeaderBytes))
    this.#file.append(encoded)
    this.#file.append(padding)
    let checksum = 0
    let bytes = 0
    for (const chunk of chunks) {
      checksum = crc32(chunk, checksum)
      bytes += chunk.length
      if (offset + bytes > mostBytes) throw tooLarge()
      this.#file.append(chunk)
    }
    const entry = { name: encoded, checksum, bytes, offset }
    this.#file.fill(offset, localHeader(entry, padding.length))
    this.#entries.push(entry)
  }

  /** Writes the directory behind the entries. */
  finish(): void {
    const start = this.#file.length
    for (const entry of this.#entries) this.#file.append(directoryRecord(entry))
    const bytes = this.#file.length - start
    if (this.#file.length > mostBytes) throw tooLarge()
    const end = Buffer.alloc(22)
    end.writeUInt32LE(0x06054b50, 0)
    end.writeUInt16LE(this.#entries.length, 8)
    end.writeUInt16LE(this.#entries.length, 10)
    end.writeUInt32LE(bytes, 12)
    end.writeUInt32LE(start, 16)
    this.#file.append(end)
  }
}

/** Makes an extra field that moves what follows to the next multiple; nothing where it stands there already. */
function paddingFor(start: number, alignment: number): Buffer {
  const missing = (alignment - (start % alignment)) % alignment
  if (missing === 0) return Buffer.alloc(0)
  const bytes = missing < extraHeaderBytes ? missing + alignment : missing
  const field = Buffer.alloc(bytes, 'Z')
  field.write('FB', 0, 'latin1') // the code that PyTorch's own archives have here
  field.writeUInt16LE(bytes - extraHeaderBytes, 2)
  return field
}

function localHeader({ name, checksum, bytes }: ZipEntry, extraBytes: number): Buffer {
  const header = Buffer.alloc(localHeaderBytes)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(20, 4)
  header.writeUInt16LE(dosDate, 12)
  header.writeUInt32LE(checksum, 14)
  header.writeUInt32LE(bytes, 18)
  header.writeUInt32LE(bytes, 22)
  header.writeUInt16LE(name.length, 26)
  header.writeUInt16LE(extraBytes, 28)
  return header
}

function directoryRecord({ name, checksum, bytes, offset }: ZipEntry): Buffer {
  const record = Buffer.alloc(46)
  record.writeUInt32LE(0x02014b50, 0)
  record.writeUInt16LE(20, 4)
  record.writeUInt16LE(20, 6)
  record.writeUInt16LE(dosDate, 14)
  record.writeUInt32LE(checksum, 16)
  record.writeUInt32LE(bytes, 20)
  record.writeUInt32LE(bytes, 24)
  record.writeUInt16LE(name.length, 28)
  record.writeUInt32LE(offset, 42)
  return Buffer.concat([record, name])
}

function tooLarge(): SkiplabError {
  return new SkiplabError('bad-input', 'The archive would be larger than 4 GB, which its form does not allow. Choose safetensors instead.')
}
