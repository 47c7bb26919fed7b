import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { SkiplabError } from '../../../../common/failure.ts'
import { fileTrouble, systemCode } from '../../../../common/file-trouble.ts'

/** What makes a file no weights that can be read: a sentence without its full stop that begins behind the file's name. */
export class WeightsRefusal extends Error {}

/** Bytes that are read piece by piece, so that their number is no question of memory. */
export interface Bytes {
  readonly size: number
  /** @throws WeightsRefusal where they end earlier */
  read(offset: number, length: number): Buffer
  /** @throws WeightsRefusal unless all of these bytes are there */
  require(offset: number, length: number): void
}

/** A file. */
export class ByteSource implements Bytes {
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly #handle: number

  /** @throws SkiplabError not-found or bad-input where there is no file that can be read */
  constructor(path: string) {
    this.name = basename(path)
    try {
      this.#handle = openSync(path, 'r')
    } catch (error) {
      const code = systemCode(error) === 'ENOENT' ? 'not-found' : 'bad-input'
      throw new SkiplabError(code, `${path} cannot be read: ${fileTrouble(error)}. Expected a file of weights.`)
    }
    const found = fstatSync(this.#handle)
    if (!found.isFile()) {
      closeSync(this.#handle)
      throw new SkiplabError('bad-input', `${path} is ${found.isDirectory() ? 'a folder' : 'no file'}; expected a file of weights.`)
    }
    this.size = found.size
  }

  read(offset: number, length: number): Buffer {
    this.require(offset, length)
    const bytes = Buffer.allocUnsafe(length)
    for (let at = 0; at < length;) {
      const got = readSync(this.#handle, bytes, at, length - at, offset + at)
      if (got === 0) throw new WeightsRefusal(`it became shorter while it was read`)
      at += got
    }
    return bytes
  }

  require(offset: number, length: number): void {
    requireWithin(this.size, offset, length)
  }

  close(): void {
    closeSync(this.#handle)
  }
}

/** A stretch of a file that is a file of its own, such as an entry of a zip. */
export class ByteWindow implements Bytes {
  readonly size: number
  readonly #within: Bytes
  readonly #start: number

  constructor(within: Bytes, start: number, size: number) {
    within.require(start, size)
    this.#within = within
    this.#start = start
    this.size = size
  }

  read(offset: number, length: number): Buffer {
    this.require(offset, length)
    return this.#within.read(this.#start + offset, length)
  }

  require(offset: number, length: number): void {
    requireWithin(this.size, offset, length)
  }
}

/** Bytes that are in memory. */
export class BufferBytes implements Bytes {
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get size(): number {
    return this.#bytes.length
  }

  read(offset: number, length: number): Buffer {
    this.require(offset, length)
    return this.#bytes.subarray(offset, offset + length)
  }

  require(offset: number, length: number): void {
    requireWithin(this.size, offset, length)
  }
}

function requireWithin(size: number, offset: number, length: number): void {
  if (!(Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(length) && length >= 0 && offset + length <= size))
    throw new WeightsRefusal(`it ends too early: expected bytes ${offset} to ${offset + length}, got ${size} bytes`)
}
