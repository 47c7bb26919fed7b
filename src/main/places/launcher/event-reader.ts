import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { hasCode } from '../../../common/caught.ts'
import { jobFiles } from '../job/job-files.ts'

const chunkBytes = 1 << 20
const lineFeed = 10

/** Reads files of events on from where each was left, in whole lines. */
export class EventReader {
  readonly #offsets = new Map<string, number>()
  readonly #onLine: (folder: string, offset: number, line: string) => void

  /** @param onLine `offset` counts bytes from the file's start to behind the line */
  constructor(onLine: (folder: string, offset: number, line: string) => void) {
    this.#onLine = onLine
  }

  follow(folder: string, offset: number): void {
    this.#offsets.set(folder, offset)
  }

  unfollow(folder: string): void {
    this.#offsets.delete(folder)
  }

  /** Reads all followed jobs to what they have written until now. */
  read(): void {
    for (const folder of this.#offsets.keys()) this.readOne(folder)
  }

  readOne(folder: string): void {
    const offset = this.#offsets.get(folder)
    if (offset === undefined) return
    let file: number
    try {
      // Opened anew each time: shared file systems show what other machines wrote only then.
      file = openSync(join(folder, jobFiles.events), 'r')
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return
      throw error
    }
    try {
      this.#offsets.set(folder, this.#readFrom(file, folder, offset))
    } finally {
      closeSync(file)
    }
  }

  /** @returns the offset behind the last whole line */
  #readFrom(file: number, folder: string, from: number): number {
    let offset = from
    const { size } = fstatSync(file)
    let length = chunkBytes
    while (offset < size) {
      const buffer = Buffer.alloc(Math.min(length, size - offset))
      const bytes = readSync(file, buffer, 0, buffer.length, offset)
      const end = buffer.subarray(0, bytes).lastIndexOf(lineFeed)
      if (end < 0) {
        if (offset + bytes >= size) break
        length *= 2
        continue
      }
      let start = 0
      for (let next = buffer.indexOf(lineFeed); next >= 0 && next <= end; next = buffer.indexOf(lineFeed, start)) {
        this.#onLine(folder, offset + next + 1, buffer.toString('utf8', start, next))
        start = next + 1
      }
      offset += end + 1
    }
    return offset
  }
}
