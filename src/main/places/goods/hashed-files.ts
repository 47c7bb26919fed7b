import { stat } from 'node:fs/promises'
import { hashFile } from '../../data/stored/hash-file.ts'
import type { Blob } from '../place.ts'

/** Hashes files, each once while its size and time of change stay: the library alone has 850 MB. */
export class HashedFiles {
  readonly #known = new Map<string, { readonly stamp: string; readonly blob: Promise<Blob> }>()

  async blobOf(file: string): Promise<Blob> {
    const { size, mtimeMs, ino } = await stat(file)
    const stamp = `${size} ${mtimeMs} ${ino}`
    const known = this.#known.get(file)
    if (known?.stamp === stamp) return known.blob
    const blob = hashFile(file, 'sha256').then((sha256) => ({ sha256, bytes: size, file }))
    this.#known.set(file, { stamp, blob })
    blob.catch(() => this.#known.delete(file))
    return blob
  }
}
