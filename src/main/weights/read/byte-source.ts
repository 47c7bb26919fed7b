import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { SkiplabError } from '../../../common/failure.ts'
import { fileTrouble, systemCode } from '../../../common/file-trouble.ts'

/** What makes a file no weights that can be read: a sentence without its full stop that begins behind the file's name. */
export class WeightsRefusal extends Error {}

/** A file that is read piece by piece, so that its size is no question of memory. */
export class ByteSource {
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

  /** @throws WeightsRefusal where the file ends earlier */
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

  /** @throws WeightsRefusal unless all of these bytes are in the file */
  require(offset: number, length: number): void {
    if (!(Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(length) && length >= 0 && offset + length <= this.size))
      throw new WeightsRefusal(`it ends too early: expected bytes ${offset} to ${offset + length}, got ${this.size} bytes`)
  }

  close(): void {
    closeSync(this.#handle)
  }
}
