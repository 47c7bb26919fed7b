import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import * as xz from 'xz-decompress'
import { messageOf } from '../../../common/caught.ts'
import { SkiplabError } from '../../../common/failure.ts'
import type { InputFile, InputLimits } from './input-files.ts'

// The library is a CommonJS bundle whose names Node's own ESM loader does not see; bundlers do.
const { XzReadableStream } = 'XzReadableStream' in xz ? xz : (xz as { default: typeof xz }).default

type Entry = ReturnType<typeof extract> extends AsyncIterable<infer E> ? E : never
type Packing = 'gzip' | 'xz' | 'none'
const ratioGraceBytes = 2 ** 20

/**
 * The regular files of a tar, tar.gz or tar.xz, in the archive's order, never unpacked to disk. Told apart by content.
 * @throws SkiplabError bad-input for a damaged or truncated archive, links, devices, paths that lead outside, and anything over the limits;
 * always naming the archive, and the entry and the offset in the unpacked archive where there is one
 */
export async function* archiveFiles(archive: string, limits: InputLimits, signal?: AbortSignal): AsyncGenerator<InputFile> {
  const packing = await detectPacking(archive)
  const progress = { packed: 0, unpacked: 0, entries: 0, entry: 'the first entry' }
  const entries = extract()
  const flow = pipeline(unpacked(archive, packing, limits, progress), entries, signal ? { signal } : {})
  // A failure of the flow also reaches the loop below, which reports it.
  flow.catch(() => undefined)
  const seen = new Set<string>()
  try {
    for await (const entry of entries) {
      if (++progress.entries > limits.entries) throw new SkiplabError('bad-input', `${archive} holds more than ${limits.entries} entries; nothing was imported.`)
      const file = checkEntry(archive, entry, limits, seen)
      if (file) {
        progress.entry = file.path
        const content = async () => {
          const parts: Buffer[] = []
          try {
            // The types do not say that tar streams carry buffers.
            for await (const part of entry as AsyncIterable<Buffer>) parts.push(part)
          } catch (error) {
            throw explain(error)
          }
          return Buffer.concat(parts)
        }
        yield { ...file, content }
      }
      entry.resume()
    }
    await flow
  } catch (error) {
    throw explain(error)
  } finally {
    entries.destroy()
  }

  function explain(error: unknown): unknown {
    if (error instanceof SkiplabError) return error
    if (signal?.aborted) return signal.reason
    const reason = messageOf(error)
    return new SkiplabError(
      'bad-input',
      `${archive} is truncated or damaged: unpacking stopped at offset ${progress.unpacked} of the unpacked tar, in or after ${progress.entry} (${reason}).`,
    )
  }
}

function checkEntry(archive: string, entry: Entry, limits: InputLimits, seen: Set<string>): { path: string; size: number } | null {
  const { name, type, size } = entry.header
  const refuse = (why: string) => new SkiplabError('bad-input', `${archive}: entry ${JSON.stringify(name)} ${why}; nothing was imported.`)
  if (name.includes('\0') || name.includes('\\') || name.startsWith('/') || /^[a-z]:/i.test(name)) throw refuse('has a path that is absolute or not portable')
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw refuse('leads outside of the archive')
  if (type !== 'file' && type !== 'contiguous-file' && type !== 'directory') throw refuse(`is of type ${type}; expected files and folders only`)
  if (size > limits.fileBytes) throw refuse(`has ${size} bytes; at most ${limits.fileBytes} are read`)
  const path = parts.join('/')
  if (type === 'directory') return null
  if (seen.has(path)) throw refuse('is there twice')
  seen.add(path)
  return { path, size }
}

/** The tar's bytes, watched for bombs as they come. */
async function* unpacked(
  archive: string,
  packing: Packing,
  limits: InputLimits,
  progress: { packed: number; unpacked: number },
): AsyncGenerator<Uint8Array> {
  const packed = createReadStream(archive)
  packed.on('data', (chunk: Buffer | string) => (progress.packed += chunk.length))
  // A file stream's type allows for text.
  const stream = packing === 'gzip' ? gunzip(packed) : packing === 'xz' ? unxz(packed) : packed
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      progress.unpacked += chunk.length
      if (progress.unpacked > limits.totalBytes) throw new SkiplabError('bad-input', `${archive} unpacks to more than ${limits.totalBytes} bytes; nothing was imported.`)
      if (progress.unpacked > ratioGraceBytes && progress.unpacked > limits.ratio * progress.packed) {
        throw new SkiplabError('bad-input', `${archive} unpacks to more than ${limits.ratio} times its size, which no archive of images does; nothing was imported.`)
      }
      yield chunk
    }
  } finally {
    packed.destroy()
  }
}

async function* gunzip(packed: Readable): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip()
  packed.on('error', (error) => gunzip.destroy(error))
  yield* packed.pipe(gunzip)
}

async function* unxz(packed: Readable): AsyncGenerator<Uint8Array> {
  // Node's type of the conversion does not say what the stream is of.
  const reader = new XzReadableStream(Readable.toWeb(packed) as ReadableStream<Uint8Array>).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    // The library serves one stream at a time and waits for the end or the cancelling of this one.
    await reader.cancel().catch(() => undefined)
  }
}

async function detectPacking(archive: string): Promise<Packing> {
  const file = await open(archive)
  const head = Buffer.alloc(262)
  try {
    await file.read(head, 0, head.length, 0)
  } finally {
    await file.close()
  }
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head.subarray(0, 6).equals(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]))) return 'xz'
  if (head.toString('latin1', 257, 262) === 'ustar') return 'none'
  const got = head.toString('latin1', 0, 2) === 'PK' ? 'a zip' : `a file that starts with the bytes ${head.toString('hex', 0, 6)}`
  throw new SkiplabError('bad-input', `${archive}, offset 0: expected a tar, tar.gz or tar.xz archive, got ${got}. Unpack it and give the folder.`)
}
