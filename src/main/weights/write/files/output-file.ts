import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'

/** A file that is written from start to end, with places that are filled in later. Calls block. */
export class OutputFile {
  readonly #handle: number
  #length = 0

  /** @throws Error of the system where there is a file of this name, or none can be made */
  constructor(path: string) {
    this.#handle = openSync(path, 'wx')
  }

  /** Bytes written. */
  get length(): number {
    return this.#length
  }

  append(bytes: Uint8Array): void {
    this.fill(this.#length, bytes)
    this.#length += bytes.length
  }

  /** Writes over what stands at `position`, or behind the end. */
  fill(position: number, bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length;)
      written += writeSync(this.#handle, bytes, written, bytes.length - written, position + written)
  }

  /** Brings all of it to the disk. */
  close(): void {
    try {
      fsyncSync(this.#handle)
    } finally {
      closeSync(this.#handle)
    }
  }
}

/** Writes a file by `write`, which is closed whatever happens. */
export function writeFileBy(path: string, write: (file: OutputFile) => void): void {
  const file = new OutputFile(path)
  try {
    write(file)
  } finally {
    file.close()
  }
}
