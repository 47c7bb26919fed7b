import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** Digest of a whole file, hex. */
export async function hashFile(path: string, algorithm: 'md5' | 'sha256', signal?: AbortSignal): Promise<string> {
  const hash = createHash(algorithm)
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20, ...(signal ? { signal } : {}) })) hash.update(chunk)
  return hash.digest('hex')
}
