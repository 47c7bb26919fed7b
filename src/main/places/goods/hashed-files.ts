import { stat } from 'node:fs/promises'
import { hashFile } from '../../data/stored/hash-file.ts'
import type { Blob } from '../place.ts'

/** Files from this size on are remembered beyond this process: the library alone has 850 MB. */
const largeBytes = 10_000_000

/** Hashes of large files by their paths; `stamp` tells whether a file is still the one that was hashed. */
export type RememberedHashes = Readonly<Record<string, { readonly stamp: string; readonly sha256: string }>>

/** Hashes files, each once while its size, its time of change and its inode stay. */
export class HashedFiles {
  readonly #known = new Map<string, { readonly stamp: string; readonly blob: Promise<Blob> }>()
  #remembered: RememberedHashes
  readonly #remember: (hashes: RememberedHashes) => void

  constructor(remembered: RememberedHashes = {}, remember: (hashes: RememberedHashes) => void = () => undefined) {
    this.#remembered = remembered
    this.#remember = remember
  }

  async blobOf(file: string): Promise<Blob> {
    const { size: bytes, mtimeMs, ino } = await stat(file)
    const stamp = `${bytes} ${mtimeMs} ${ino}`
    const known = this.#known.get(file)
    if (known?.stamp === stamp) return known.blob
    const blob = this.#hash(file, stamp, bytes).then((sha256) => ({ sha256, bytes, file }))
    this.#known.set(file, { stamp, blob })
    blob.catch(() => this.#known.delete(file))
    return blob
  }

  async #hash(file: string, stamp: string, bytes: number): Promise<string> {
    const remembered = this.#remembered[file]
    if (remembered?.stamp === stamp) return remembered.sha256
    const sha256 = await hashFile(file, 'sha256')
    if (bytes >= largeBytes) {
      this.#remembered = { ...this.#remembered, [file]: { stamp, sha256 } }
      this.#remember(this.#remembered)
    }
    return sha256
  }
}
