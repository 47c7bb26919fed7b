import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { hasCode } from '../../../common/caught.ts'
import { jobFiles } from '../job/job-files.ts'

const chunkBytes = 1 << 20
const lineFeed = 10
/**
 * Looks without news after which a file is opened in each fifth look only: a running worker gives signs of life, so its job waits in a
 * scheduler's queue, perhaps among hundreds.
 */
const quietLooks = 200
const quietEvery = 5

interface Followed {
  /** Bytes that were read. */
  offset: number
  looksWithoutNews: number
}

/** Reads files of events on from where each was left, in whole lines. */
export class EventReader {
  readonly #followed = new Map<string, Followed>()
  #looks = 0
  readonly #onLine: (folder: string, offset: number, line: string) => void

  /** @param onLine `offset` counts bytes from the file's start to behind the line */
  constructor(onLine: (folder: string, offset: number, line: string) => void) {
    this.#onLine = onLine
  }

  follow(folder: string, offset: number): void {
    this.#followed.set(folder, { offset, looksWithoutNews: 0 })
  }

  unfollow(folder: string): void {
    this.#followed.delete(folder)
  }

  /** Reads followed jobs to what they have written until now; those that have long written nothing not each time. */
  read(): void {
    const all = this.#looks++ % quietEvery === 0
    for (const [folder, { looksWithoutNews }] of this.#followed) if (all || looksWithoutNews < quietLooks) this.readOne(folder)
  }

  readOne(folder: string): void {
    const followed = this.#followed.get(folder)
    if (!followed) return
    let file: number
    try {
      // Opened anew each time: shared file systems show what other machines wrote only then.
      file = openSync(join(folder, jobFiles.events), 'r')
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return
      throw error
    }
    try {
      const { offset } = followed
      followed.offset = this.#readFrom(file, folder, offset)
      followed.looksWithoutNews = followed.offset > offset ? 0 : followed.looksWithoutNews + 1
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
