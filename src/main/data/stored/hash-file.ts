import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

/** Computes the digest of a whole file, in hexadecimal. */
export async function hashFile(path: string, algorithm: 'md5' | 'sha256', signal?: AbortSignal): Promise<string> {
  const hash = createHash(algorithm)
  await absorbFile(hash, path, signal)
  return hash.digest('hex')
}

/** Adds a whole file to a digest. */
export async function absorbFile(hash: Hash, path: string, signal?: AbortSignal): Promise<void> {
  const absorb = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) hash.update(chunk)
  }
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), absorb, signal ? { signal } : {})
}
